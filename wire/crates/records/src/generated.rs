//! Arrow column builders of the records. Made by tools/gen_records.py from schema/records.toml; do not edit.

use crate::column::*;
use arrow_array::types::*;
use arrow_array::RecordBatch;
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef};
use hinomi_model::rows;
use std::sync::{Arc, LazyLock};

/// One 5-tuple connection: when it opens (only if it lives on past a tick), at intervals while it lives, and when it ends.
#[derive(Default)]
pub struct FlowColumns {
    rows: usize,
    packet: Plain<UInt64Type>,
    offset: Plain<UInt64Type>,
    flow_id: Plain<UInt64Type>,
    phase: Words,
    start: Plain<TimeNs>,
    last: Plain<TimeNs>,
    community_id: Texts,
    proto: Words,
    vlan: Maybe<UInt16Type>,
    orig_mac: Macs,
    resp_mac: Macs,
    orig_ip: Ips,
    resp_ip: Ips,
    orig_port: Plain<UInt16Type>,
    resp_port: Plain<UInt16Type>,
    orig_packets: Plain<UInt64Type>,
    resp_packets: Plain<UInt64Type>,
    orig_bytes: Plain<UInt64Type>,
    resp_bytes: Plain<UInt64Type>,
    orig_payload: Plain<UInt64Type>,
    resp_payload: Plain<UInt64Type>,
    outcome: Words,
    ended_by: Words,
    gap_bytes: Plain<UInt64Type>,
    service: MaybeWords,
    sni: MaybeTexts,
    ja4: MaybeTexts,
    tls_version: MaybeWords,
    certificate: MaybeTexts,
}

impl FlowColumns {
    pub const RECORD: &'static str = "flow";

    pub fn schema() -> SchemaRef {
        static SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
            Arc::new(Schema::new(vec![
                Field::new("site", word_type(), false),
                Field::new("sensor", word_type(), false),
                Field::new("capture", word_type(), false),
                Field::new("packet", DataType::UInt64, false),
                Field::new("offset", DataType::UInt64, false),
                Field::new("flow_id", DataType::UInt64, false),
                Field::new("phase", word_type(), false),
                Field::new("start", time_type(), false),
                Field::new("last", time_type(), false),
                Field::new("community_id", DataType::Utf8, false),
                Field::new("proto", word_type(), false),
                Field::new("vlan", DataType::UInt16, true),
                Field::new("orig_mac", DataType::Utf8, false),
                Field::new("resp_mac", DataType::Utf8, false),
                Field::new("orig_ip", DataType::Utf8, false),
                Field::new("resp_ip", DataType::Utf8, false),
                Field::new("orig_port", DataType::UInt16, false),
                Field::new("resp_port", DataType::UInt16, false),
                Field::new("orig_packets", DataType::UInt64, false),
                Field::new("resp_packets", DataType::UInt64, false),
                Field::new("orig_bytes", DataType::UInt64, false),
                Field::new("resp_bytes", DataType::UInt64, false),
                Field::new("orig_payload", DataType::UInt64, false),
                Field::new("resp_payload", DataType::UInt64, false),
                Field::new("outcome", word_type(), false),
                Field::new("ended_by", word_type(), false),
                Field::new("gap_bytes", DataType::UInt64, false),
                Field::new("service", word_type(), true),
                Field::new("sni", DataType::Utf8, true),
                Field::new("ja4", DataType::Utf8, true),
                Field::new("tls_version", word_type(), true),
                Field::new("certificate", DataType::Utf8, true),
            ]))
        });
        SCHEMA.clone()
    }

    pub fn push(&mut self, row: &rows::Flow<'_>) {
        self.rows += 1;
        self.packet.push(row.packet);
        self.offset.push(row.offset);
        self.flow_id.push(row.flow_id);
        self.phase.push(row.phase);
        self.start.push(row.start);
        self.last.push(row.last);
        self.community_id.push(row.community_id);
        self.proto.push(row.proto);
        self.vlan.push(row.vlan);
        self.orig_mac.push(row.orig_mac);
        self.resp_mac.push(row.resp_mac);
        self.orig_ip.push(row.orig_ip);
        self.resp_ip.push(row.resp_ip);
        self.orig_port.push(row.orig_port);
        self.resp_port.push(row.resp_port);
        self.orig_packets.push(row.orig_packets);
        self.resp_packets.push(row.resp_packets);
        self.orig_bytes.push(row.orig_bytes);
        self.resp_bytes.push(row.resp_bytes);
        self.orig_payload.push(row.orig_payload);
        self.resp_payload.push(row.resp_payload);
        self.outcome.push(row.outcome);
        self.ended_by.push(row.ended_by);
        self.gap_bytes.push(row.gap_bytes);
        self.service.push(row.service);
        self.sni.push(row.sni);
        self.ja4.push(row.ja4);
        self.tls_version.push(row.tls_version);
        self.certificate.push(row.certificate);
    }

    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Bytes held in columns of unlimited width.
    pub fn bytes(&self) -> usize {
        self.community_id.bytes() + self.sni.bytes() + self.ja4.bytes() + self.certificate.bytes()
    }

    /// What was pushed since the last call, as one batch.
    pub fn finish(&mut self, origin: &Origin) -> Result<RecordBatch, ArrowError> {
        let rows = std::mem::take(&mut self.rows);
        RecordBatch::try_new(
            Self::schema(),
            vec![
                constant(&origin.site, rows)?,
                constant(&origin.sensor, rows)?,
                constant(&origin.capture, rows)?,
                self.packet.finish()?,
                self.offset.finish()?,
                self.flow_id.finish()?,
                self.phase.finish()?,
                self.start.finish()?,
                self.last.finish()?,
                self.community_id.finish()?,
                self.proto.finish()?,
                self.vlan.finish()?,
                self.orig_mac.finish()?,
                self.resp_mac.finish()?,
                self.orig_ip.finish()?,
                self.resp_ip.finish()?,
                self.orig_port.finish()?,
                self.resp_port.finish()?,
                self.orig_packets.finish()?,
                self.resp_packets.finish()?,
                self.orig_bytes.finish()?,
                self.resp_bytes.finish()?,
                self.orig_payload.finish()?,
                self.resp_payload.finish()?,
                self.outcome.finish()?,
                self.ended_by.finish()?,
                self.gap_bytes.finish()?,
                self.service.finish()?,
                self.sni.finish()?,
                self.ja4.finish()?,
                self.tls_version.finish()?,
                self.certificate.finish()?,
            ],
        )
    }
}

/// One thing a host let out about itself; repeated only as count, first and last.
#[derive(Default)]
pub struct ClueColumns {
    rows: usize,
    packet: Plain<UInt64Type>,
    offset: Plain<UInt64Type>,
    host_mac: Macs,
    host_ip: Ips,
    vlan: Maybe<UInt16Type>,
    attribute: Words,
    value: Texts,
    protocol: Words,
    port: Maybe<UInt16Type>,
    count: Plain<UInt64Type>,
    first: Plain<TimeNs>,
    last: Plain<TimeNs>,
}

impl ClueColumns {
    pub const RECORD: &'static str = "clue";

    pub fn schema() -> SchemaRef {
        static SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
            Arc::new(Schema::new(vec![
                Field::new("site", word_type(), false),
                Field::new("sensor", word_type(), false),
                Field::new("capture", word_type(), false),
                Field::new("packet", DataType::UInt64, false),
                Field::new("offset", DataType::UInt64, false),
                Field::new("host_mac", DataType::Utf8, false),
                Field::new("host_ip", DataType::Utf8, false),
                Field::new("vlan", DataType::UInt16, true),
                Field::new("attribute", word_type(), false),
                Field::new("value", DataType::Utf8, false),
                Field::new("protocol", word_type(), false),
                Field::new("port", DataType::UInt16, true),
                Field::new("count", DataType::UInt64, false),
                Field::new("first", time_type(), false),
                Field::new("last", time_type(), false),
            ]))
        });
        SCHEMA.clone()
    }

    pub fn push(&mut self, row: &rows::Clue<'_>) {
        self.rows += 1;
        self.packet.push(row.packet);
        self.offset.push(row.offset);
        self.host_mac.push(row.host_mac);
        self.host_ip.push(row.host_ip);
        self.vlan.push(row.vlan);
        self.attribute.push(row.attribute);
        self.value.push(row.value);
        self.protocol.push(row.protocol);
        self.port.push(row.port);
        self.count.push(row.count);
        self.first.push(row.first);
        self.last.push(row.last);
    }

    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Bytes held in columns of unlimited width.
    pub fn bytes(&self) -> usize {
        self.value.bytes()
    }

    /// What was pushed since the last call, as one batch.
    pub fn finish(&mut self, origin: &Origin) -> Result<RecordBatch, ArrowError> {
        let rows = std::mem::take(&mut self.rows);
        RecordBatch::try_new(
            Self::schema(),
            vec![
                constant(&origin.site, rows)?,
                constant(&origin.sensor, rows)?,
                constant(&origin.capture, rows)?,
                self.packet.finish()?,
                self.offset.finish()?,
                self.host_mac.finish()?,
                self.host_ip.finish()?,
                self.vlan.finish()?,
                self.attribute.finish()?,
                self.value.finish()?,
                self.protocol.finish()?,
                self.port.finish()?,
                self.count.finish()?,
                self.first.finish()?,
                self.last.finish()?,
            ],
        )
    }
}

/// One application transaction with its outcome.
#[derive(Default)]
pub struct ExchangeColumns {
    rows: usize,
    packet: Plain<UInt64Type>,
    offset: Plain<UInt64Type>,
    flow_id: Plain<UInt64Type>,
    time: Plain<TimeNs>,
    duration_ns: Maybe<UInt64Type>,
    client_mac: Macs,
    client_ip: Ips,
    client_port: Plain<UInt16Type>,
    server_mac: Macs,
    server_ip: Ips,
    server_port: Plain<UInt16Type>,
    protocol: Words,
    operation: Words,
    outcome: Words,
    status: Texts,
    client_name: Texts,
    server_name: Texts,
    object: Texts,
    patient: Texts,
    request_bytes: Plain<UInt64Type>,
    response_bytes: Plain<UInt64Type>,
    detail: Texts,
}

impl ExchangeColumns {
    pub const RECORD: &'static str = "exchange";

    pub fn schema() -> SchemaRef {
        static SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
            Arc::new(Schema::new(vec![
                Field::new("site", word_type(), false),
                Field::new("sensor", word_type(), false),
                Field::new("capture", word_type(), false),
                Field::new("packet", DataType::UInt64, false),
                Field::new("offset", DataType::UInt64, false),
                Field::new("flow_id", DataType::UInt64, false),
                Field::new("time", time_type(), false),
                Field::new("duration_ns", DataType::UInt64, true),
                Field::new("client_mac", DataType::Utf8, false),
                Field::new("client_ip", DataType::Utf8, false),
                Field::new("client_port", DataType::UInt16, false),
                Field::new("server_mac", DataType::Utf8, false),
                Field::new("server_ip", DataType::Utf8, false),
                Field::new("server_port", DataType::UInt16, false),
                Field::new("protocol", word_type(), false),
                Field::new("operation", word_type(), false),
                Field::new("outcome", word_type(), false),
                Field::new("status", DataType::Utf8, false),
                Field::new("client_name", DataType::Utf8, false),
                Field::new("server_name", DataType::Utf8, false),
                Field::new("object", DataType::Utf8, false),
                Field::new("patient", DataType::Utf8, false),
                Field::new("request_bytes", DataType::UInt64, false),
                Field::new("response_bytes", DataType::UInt64, false),
                Field::new("detail", DataType::Utf8, false),
            ]))
        });
        SCHEMA.clone()
    }

    pub fn push(&mut self, row: &rows::Exchange<'_>) {
        self.rows += 1;
        self.packet.push(row.packet);
        self.offset.push(row.offset);
        self.flow_id.push(row.flow_id);
        self.time.push(row.time);
        self.duration_ns.push(row.duration_ns);
        self.client_mac.push(row.client_mac);
        self.client_ip.push(row.client_ip);
        self.client_port.push(row.client_port);
        self.server_mac.push(row.server_mac);
        self.server_ip.push(row.server_ip);
        self.server_port.push(row.server_port);
        self.protocol.push(row.protocol);
        self.operation.push(row.operation);
        self.outcome.push(row.outcome);
        self.status.push(row.status);
        self.client_name.push(row.client_name);
        self.server_name.push(row.server_name);
        self.object.push(row.object);
        self.patient.push(row.patient);
        self.request_bytes.push(row.request_bytes);
        self.response_bytes.push(row.response_bytes);
        self.detail.push(row.detail);
    }

    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Bytes held in columns of unlimited width.
    pub fn bytes(&self) -> usize {
        self.status.bytes() + self.client_name.bytes() + self.server_name.bytes() + self.object.bytes() + self.patient.bytes() + self.detail.bytes()
    }

    /// What was pushed since the last call, as one batch.
    pub fn finish(&mut self, origin: &Origin) -> Result<RecordBatch, ArrowError> {
        let rows = std::mem::take(&mut self.rows);
        RecordBatch::try_new(
            Self::schema(),
            vec![
                constant(&origin.site, rows)?,
                constant(&origin.sensor, rows)?,
                constant(&origin.capture, rows)?,
                self.packet.finish()?,
                self.offset.finish()?,
                self.flow_id.finish()?,
                self.time.finish()?,
                self.duration_ns.finish()?,
                self.client_mac.finish()?,
                self.client_ip.finish()?,
                self.client_port.finish()?,
                self.server_mac.finish()?,
                self.server_ip.finish()?,
                self.server_port.finish()?,
                self.protocol.finish()?,
                self.operation.finish()?,
                self.outcome.finish()?,
                self.status.finish()?,
                self.client_name.finish()?,
                self.server_name.finish()?,
                self.object.finish()?,
                self.patient.finish()?,
                self.request_bytes.finish()?,
                self.response_bytes.finish()?,
                self.detail.finish()?,
            ],
        )
    }
}

/// One clinical value, or one block of samples.
#[derive(Default)]
pub struct ReadingColumns {
    rows: usize,
    packet: Plain<UInt64Type>,
    offset: Plain<UInt64Type>,
    flow_id: Plain<UInt64Type>,
    time: Plain<TimeNs>,
    device_time: Maybe<TimeNs>,
    host_mac: Macs,
    host_ip: Ips,
    source: Texts,
    location: Texts,
    patient: Texts,
    kind: Words,
    code: Texts,
    code_system: Words,
    name: Texts,
    value: Maybe<Float64Type>,
    text: MaybeTexts,
    unit: Texts,
    status: Words,
    sample_rate_hz: Maybe<Float64Type>,
    samples: MaybeFloatLists,
}

impl ReadingColumns {
    pub const RECORD: &'static str = "reading";

    pub fn schema() -> SchemaRef {
        static SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
            Arc::new(Schema::new(vec![
                Field::new("site", word_type(), false),
                Field::new("sensor", word_type(), false),
                Field::new("capture", word_type(), false),
                Field::new("packet", DataType::UInt64, false),
                Field::new("offset", DataType::UInt64, false),
                Field::new("flow_id", DataType::UInt64, false),
                Field::new("time", time_type(), false),
                Field::new("device_time", time_type(), true),
                Field::new("host_mac", DataType::Utf8, false),
                Field::new("host_ip", DataType::Utf8, false),
                Field::new("source", DataType::Utf8, false),
                Field::new("location", DataType::Utf8, false),
                Field::new("patient", DataType::Utf8, false),
                Field::new("kind", word_type(), false),
                Field::new("code", DataType::Utf8, false),
                Field::new("code_system", word_type(), false),
                Field::new("name", DataType::Utf8, false),
                Field::new("value", DataType::Float64, true),
                Field::new("text", DataType::Utf8, true),
                Field::new("unit", DataType::Utf8, false),
                Field::new("status", word_type(), false),
                Field::new("sample_rate_hz", DataType::Float64, true),
                Field::new("samples", float_list_type(), true),
            ]))
        });
        SCHEMA.clone()
    }

    pub fn push(&mut self, row: &rows::Reading<'_>) {
        self.rows += 1;
        self.packet.push(row.packet);
        self.offset.push(row.offset);
        self.flow_id.push(row.flow_id);
        self.time.push(row.time);
        self.device_time.push(row.device_time);
        self.host_mac.push(row.host_mac);
        self.host_ip.push(row.host_ip);
        self.source.push(row.source);
        self.location.push(row.location);
        self.patient.push(row.patient);
        self.kind.push(row.kind);
        self.code.push(row.code);
        self.code_system.push(row.code_system);
        self.name.push(row.name);
        self.value.push(row.value);
        self.text.push(row.text);
        self.unit.push(row.unit);
        self.status.push(row.status);
        self.sample_rate_hz.push(row.sample_rate_hz);
        self.samples.push(row.samples);
    }

    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Bytes held in columns of unlimited width.
    pub fn bytes(&self) -> usize {
        self.source.bytes() + self.location.bytes() + self.patient.bytes() + self.code.bytes() + self.name.bytes() + self.text.bytes() + self.unit.bytes() + self.samples.bytes()
    }

    /// What was pushed since the last call, as one batch.
    pub fn finish(&mut self, origin: &Origin) -> Result<RecordBatch, ArrowError> {
        let rows = std::mem::take(&mut self.rows);
        RecordBatch::try_new(
            Self::schema(),
            vec![
                constant(&origin.site, rows)?,
                constant(&origin.sensor, rows)?,
                constant(&origin.capture, rows)?,
                self.packet.finish()?,
                self.offset.finish()?,
                self.flow_id.finish()?,
                self.time.finish()?,
                self.device_time.finish()?,
                self.host_mac.finish()?,
                self.host_ip.finish()?,
                self.source.finish()?,
                self.location.finish()?,
                self.patient.finish()?,
                self.kind.finish()?,
                self.code.finish()?,
                self.code_system.finish()?,
                self.name.finish()?,
                self.value.finish()?,
                self.text.finish()?,
                self.unit.finish()?,
                self.status.finish()?,
                self.sample_rate_hz.finish()?,
                self.samples.finish()?,
            ],
        )
    }
}

/// Something odd: malformed at an offset, over a named limit, a gap, an unknown version.
#[derive(Default)]
pub struct NoteColumns {
    rows: usize,
    packet: Plain<UInt64Type>,
    offset: Plain<UInt64Type>,
    time: Plain<TimeNs>,
    flow_id: Maybe<UInt64Type>,
    host_ip: Ips,
    protocol: Words,
    kind: Words,
    name: Words,
    at: Plain<UInt64Type>,
    count: Plain<UInt64Type>,
    text: Texts,
}

impl NoteColumns {
    pub const RECORD: &'static str = "note";

    pub fn schema() -> SchemaRef {
        static SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
            Arc::new(Schema::new(vec![
                Field::new("site", word_type(), false),
                Field::new("sensor", word_type(), false),
                Field::new("capture", word_type(), false),
                Field::new("packet", DataType::UInt64, false),
                Field::new("offset", DataType::UInt64, false),
                Field::new("time", time_type(), false),
                Field::new("flow_id", DataType::UInt64, true),
                Field::new("host_ip", DataType::Utf8, false),
                Field::new("protocol", word_type(), false),
                Field::new("kind", word_type(), false),
                Field::new("name", word_type(), false),
                Field::new("at", DataType::UInt64, false),
                Field::new("count", DataType::UInt64, false),
                Field::new("text", DataType::Utf8, false),
            ]))
        });
        SCHEMA.clone()
    }

    pub fn push(&mut self, row: &rows::Note<'_>) {
        self.rows += 1;
        self.packet.push(row.packet);
        self.offset.push(row.offset);
        self.time.push(row.time);
        self.flow_id.push(row.flow_id);
        self.host_ip.push(row.host_ip);
        self.protocol.push(row.protocol);
        self.kind.push(row.kind);
        self.name.push(row.name);
        self.at.push(row.at);
        self.count.push(row.count);
        self.text.push(row.text);
    }

    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Bytes held in columns of unlimited width.
    pub fn bytes(&self) -> usize {
        self.text.bytes()
    }

    /// What was pushed since the last call, as one batch.
    pub fn finish(&mut self, origin: &Origin) -> Result<RecordBatch, ArrowError> {
        let rows = std::mem::take(&mut self.rows);
        RecordBatch::try_new(
            Self::schema(),
            vec![
                constant(&origin.site, rows)?,
                constant(&origin.sensor, rows)?,
                constant(&origin.capture, rows)?,
                self.packet.finish()?,
                self.offset.finish()?,
                self.time.finish()?,
                self.flow_id.finish()?,
                self.host_ip.finish()?,
                self.protocol.finish()?,
                self.kind.finish()?,
                self.name.finish()?,
                self.at.finish()?,
                self.count.finish()?,
                self.text.finish()?,
            ],
        )
    }
}

/// What the tap could hear, per subnet and hour.
#[derive(Default)]
pub struct CoverageColumns {
    rows: usize,
    packet: Plain<UInt64Type>,
    offset: Plain<UInt64Type>,
    hour: Plain<TimeNs>,
    vlan: Maybe<UInt16Type>,
    subnet: Texts,
    heard: Words,
    packets: Plain<UInt64Type>,
    bytes: Plain<UInt64Type>,
    flows_answered: Plain<UInt64Type>,
    flows_one_way: Plain<UInt64Type>,
    hosts: Plain<UInt64Type>,
    drops: Plain<UInt64Type>,
    duplicates: Plain<UInt64Type>,
}

impl CoverageColumns {
    pub const RECORD: &'static str = "coverage";

    pub fn schema() -> SchemaRef {
        static SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
            Arc::new(Schema::new(vec![
                Field::new("site", word_type(), false),
                Field::new("sensor", word_type(), false),
                Field::new("capture", word_type(), false),
                Field::new("packet", DataType::UInt64, false),
                Field::new("offset", DataType::UInt64, false),
                Field::new("hour", time_type(), false),
                Field::new("vlan", DataType::UInt16, true),
                Field::new("subnet", DataType::Utf8, false),
                Field::new("heard", word_type(), false),
                Field::new("packets", DataType::UInt64, false),
                Field::new("bytes", DataType::UInt64, false),
                Field::new("flows_answered", DataType::UInt64, false),
                Field::new("flows_one_way", DataType::UInt64, false),
                Field::new("hosts", DataType::UInt64, false),
                Field::new("drops", DataType::UInt64, false),
                Field::new("duplicates", DataType::UInt64, false),
            ]))
        });
        SCHEMA.clone()
    }

    pub fn push(&mut self, row: &rows::Coverage<'_>) {
        self.rows += 1;
        self.packet.push(row.packet);
        self.offset.push(row.offset);
        self.hour.push(row.hour);
        self.vlan.push(row.vlan);
        self.subnet.push(row.subnet);
        self.heard.push(row.heard);
        self.packets.push(row.packets);
        self.bytes.push(row.bytes);
        self.flows_answered.push(row.flows_answered);
        self.flows_one_way.push(row.flows_one_way);
        self.hosts.push(row.hosts);
        self.drops.push(row.drops);
        self.duplicates.push(row.duplicates);
    }

    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Bytes held in columns of unlimited width.
    pub fn bytes(&self) -> usize {
        self.subnet.bytes()
    }

    /// What was pushed since the last call, as one batch.
    pub fn finish(&mut self, origin: &Origin) -> Result<RecordBatch, ArrowError> {
        let rows = std::mem::take(&mut self.rows);
        RecordBatch::try_new(
            Self::schema(),
            vec![
                constant(&origin.site, rows)?,
                constant(&origin.sensor, rows)?,
                constant(&origin.capture, rows)?,
                self.packet.finish()?,
                self.offset.finish()?,
                self.hour.finish()?,
                self.vlan.finish()?,
                self.subnet.finish()?,
                self.heard.finish()?,
                self.packets.finish()?,
                self.bytes.finish()?,
                self.flows_answered.finish()?,
                self.flows_one_way.finish()?,
                self.hosts.finish()?,
                self.drops.finish()?,
                self.duplicates.finish()?,
            ],
        )
    }
}

/// Names of the records, in the order of their declaration.
pub static RECORDS: &[&str] = &["flow", "clue", "exchange", "reading", "note", "coverage"];

/// Columns of all records.
#[derive(Default)]
pub struct Tables {
    pub flow: FlowColumns,
    pub clue: ClueColumns,
    pub exchange: ExchangeColumns,
    pub reading: ReadingColumns,
    pub note: NoteColumns,
    pub coverage: CoverageColumns,
}

impl rows::Sink for Tables {
    fn flow(&mut self, row: &rows::Flow<'_>) {
        self.flow.push(row);
    }

    fn clue(&mut self, row: &rows::Clue<'_>) {
        self.clue.push(row);
    }

    fn exchange(&mut self, row: &rows::Exchange<'_>) {
        self.exchange.push(row);
    }

    fn reading(&mut self, row: &rows::Reading<'_>) {
        self.reading.push(row);
    }

    fn note(&mut self, row: &rows::Note<'_>) {
        self.note.push(row);
    }

    fn coverage(&mut self, row: &rows::Coverage<'_>) {
        self.coverage.push(row);
    }
}

impl Tables {
    /// Batches of every record that has at least `rows_min` rows or `bytes_min` bytes of text.
    pub fn finish(
        &mut self,
        rows_min: usize,
        bytes_min: usize,
        origin: &Origin,
        out: &mut Vec<(&'static str, RecordBatch)>,
    ) -> Result<(), ArrowError> {
        if self.flow.rows() >= rows_min.max(1) || self.flow.bytes() >= bytes_min.max(1) {
            out.push(("flow", self.flow.finish(origin)?));
        }
        if self.clue.rows() >= rows_min.max(1) || self.clue.bytes() >= bytes_min.max(1) {
            out.push(("clue", self.clue.finish(origin)?));
        }
        if self.exchange.rows() >= rows_min.max(1) || self.exchange.bytes() >= bytes_min.max(1) {
            out.push(("exchange", self.exchange.finish(origin)?));
        }
        if self.reading.rows() >= rows_min.max(1) || self.reading.bytes() >= bytes_min.max(1) {
            out.push(("reading", self.reading.finish(origin)?));
        }
        if self.note.rows() >= rows_min.max(1) || self.note.bytes() >= bytes_min.max(1) {
            out.push(("note", self.note.finish(origin)?));
        }
        if self.coverage.rows() >= rows_min.max(1) || self.coverage.bytes() >= bytes_min.max(1) {
            out.push(("coverage", self.coverage.finish(origin)?));
        }
        Ok(())
    }
}
