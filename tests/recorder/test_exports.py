"""A record read back, searched, and opened by others' programs: MCAP tools, VitalDB's library, FHIR's models."""

from __future__ import annotations

import base64
import json
import math
import subprocess
from pathlib import Path
from typing import Any

import jsonschema_rs
import pyarrow.parquet as pq
import pytest

from hinomi.connect.frames import Channel, samples_out
from hinomi.recorder.exports import FORMATS, write
from hinomi.recorder.folder import FolderWriter, RecordMeta, new_folder, save_meta
from hinomi.recorder.reader import RecordReader
from hinomi.recorder.search import search
from hinomi.recorder.trend import Growing, settle
from hinomi.texts import Problem

NODE = Path(__file__).parents[2] / "console" / "node_modules"
S = 1_000_000_000
T0 = 1_795_800_000 * S
SECONDS = 120
SPO2 = Channel("MON/150456", "numeric", "MON", "MDC_PULS_OXIM_SAT_O2", "150456", "MDC", "%", every_s=1)
ESU = Channel("ESU/active", "numeric", "ESU", "active", unit="1", every_s=0.5)
ECG = Channel("MON/131330-w", "waveform", "MON", "MDC_ECG_ELEC_POTL_II", "131330", "MDC", "mV", 500, 0.1)
TOOL = Channel("NAV/Pointer", "transform", "NAV", "Pointer", unit="mm")
ALARM = Channel("MON/low", "alarm", "MON", "SpO2 low")


@pytest.fixture(scope="module")
def root(tmp_path_factory) -> Path:
    """A record of two minutes: SpO₂ falls to 85 from 50 to 70 s; the electrosurgical unit cuts from 60 to 80 s."""
    root = tmp_path_factory.mktemp("home") / "records"
    folder = new_folder(root, "OR1", T0)
    writer = FolderWriter(folder, RecordMeta(folder.name, "OR1", T0, started_by="test", lab=True))
    number = 0

    def put(channel: Channel, at: float, tail: bytes = b"", **more: object) -> None:
        nonlocal number
        number += 1
        time_ns = T0 + int(at * S)
        writer.channel(channel)
        writer.sample(channel, {"q": number, "w": time_ns, "m": 0, **more}, tail, time_ns, "r1")

    for tenth in range(SECONDS * 10):
        at = tenth / 10
        block = [math.sin((tenth * 50 + n) / 80) for n in range(50)]
        put(ECG, at + 0.1, samples_out(block), n=tenth * 50)
        if tenth % 10 == 0:
            put(SPO2, at, v=85 if 50 <= at < 70 else 98)
        if tenth % 5 == 0:
            put(ESU, at, v=1 if 60 <= at < 80 else 0)
        if tenth % 2 == 0:
            put(TOOL, at, v=[1, 0, 0, at, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1])
        if tenth == 520:
            put(ALARM, at, v="SpO2 low")
        if tenth % 10 == 5:
            writer.flush()
    writer.meta.end = T0 + SECONDS * S
    writer.close()
    settle(folder)
    return root


@pytest.fixture
def folder(root: Path) -> Path:
    return next(root.iterdir())


def test_a_window_holds_every_sample_in_order(folder):
    window = RecordReader(folder).window(T0 + 30 * S, T0 + 32 * S)
    blocks = window.waveforms[ECG.id]
    assert len(blocks) == 1, "no gap, so one block"
    first = (T0 - blocks[0].first_ns) / -S * 500
    expected = [math.sin((round(first) + n) / 80) for n in range(len(blocks[0].samples))]
    assert len(blocks[0].samples) >= 1000 and blocks[0].samples == pytest.approx(expected, abs=1e-5)
    tools = window.transforms[TOOL.id]
    assert [round(matrix[3], 1) for _, matrix in tools] == pytest.approx([30 + n / 5 for n in range(10)])


def test_search_over_operations(root, folder):
    found = search(root, "SpO2 < 90 while active > 0")
    assert [(hit.record, (hit.start - T0) / S, (hit.end - T0) / S) for hit in found] == [(folder.name, 60.0, 70.0)]
    assert search(root, "SpO2 < 80") == []
    assert search(root, "nothing > 0") == []
    with pytest.raises(Problem, match="SpO2 is low"):
        search(root, "SpO2 is low")


def test_mcap_is_whole(folder, tmp_path):
    from mcap.reader import make_reader

    out = write(folder, "mcap", tmp_path, None)
    with out.open("rb") as stream:
        reader = make_reader(stream, validate_crcs=True)
        summary = reader.get_summary()
        assert summary.statistics.message_count == SECONDS * (10 + 1 + 2 + 5) + 1
        rows = [json.loads(m.data) for _, c, m in reader.iter_messages(topics=["/MON/150456"])]
        assert [row["value"] for row in rows] == [85 if 50 <= n < 70 else 98 for n in range(SECONDS)]
        assert {s.encoding for s in summary.schemas.values()} == {"jsonschema"}


_FOXGLOVE = """
const node = process.argv[1];
const { McapIndexedReader } = require(node + "/@mcap/core");
const { decompress } = require(node + "/fzstd");
const data = require("fs").readFileSync(process.argv[2]);
const readable = {
  size: async () => BigInt(data.length),
  read: async (at, size) => new Uint8Array(data.subarray(Number(at), Number(at + size))),
};
(async () => {
  const reader = await McapIndexedReader.Initialize({ readable, decompressHandlers: { zstd: (bytes) => decompress(bytes) } });
  const counts = {};
  const topics = new Map([...reader.channelsById.values()].map((one) => [one.id, one.topic]));
  let last = 0n;
  for await (const message of reader.readMessages({ validateCrcs: true })) {
    if (message.logTime < last) throw new Error("out of order");
    last = message.logTime;
    JSON.parse(new TextDecoder().decode(message.data));
    counts[topics.get(message.channelId)] = (counts[topics.get(message.channelId)] ?? 0) + 1;
  }
  process.stdout.write(JSON.stringify({ counts, chunks: reader.chunkIndexes.length }));
})();
"""


def foxglove(path: Path) -> subprocess.CompletedProcess[str]:
    """Foxglove's own reader of indexed MCAP (what its viewer opens a file with), over every message."""
    assert (NODE / "@mcap" / "core").is_dir(), "hint: cd console && npm ci"
    return subprocess.run(["node", "-e", _FOXGLOVE, str(NODE), str(path)], capture_output=True, text=True, check=False)


def test_foxgloves_reader_opens_it(folder, tmp_path):
    path = write(folder, "mcap", tmp_path, None)
    said = json.loads(foxglove(path).stdout)
    assert said["counts"] == {"/MON/150456": SECONDS, "/MON/131330-w": SECONDS * 10, "/ESU/active": SECONDS * 2,
                              "/NAV/Pointer": SECONDS * 5, "/MON/low": 1}  # fmt: skip
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0x55
    path.write_bytes(data)
    assert foxglove(path).returncode != 0, "a spoilt file is opened"


def test_vitaldb_opens_it(folder, tmp_path):
    import numpy as np
    import vitaldb

    file = vitaldb.VitalFile(str(write(folder, "vital", tmp_path, None)))
    names = file.get_track_names()
    assert "MON/MDC_PULS_OXIM_SAT_O2" in names and "MON/MDC_ECG_ELEC_POTL_II" in names
    numbers = file.to_numpy(["MON/MDC_PULS_OXIM_SAT_O2"], 1).ravel()
    heard = numbers[~np.isnan(numbers)]
    assert len(heard) >= SECONDS - 1 and set(heard.tolist()) == {85.0, 98.0}
    wave = file.to_numpy(["MON/MDC_ECG_ELEC_POTL_II"], 1 / 500).ravel()
    assert np.count_nonzero(~np.isnan(wave)) > 0.98 * SECONDS * 500


def test_fhir_accepts_the_bundle(folder, tmp_path):
    from fhir.resources.R4B.bundle import Bundle

    bundle = Bundle.model_validate_json(write(folder, "fhir", tmp_path, None).read_text())
    kinds = [entry.resource.__resource_type__ for entry in bundle.entry]
    assert set(kinds) == {"Device", "DeviceMetric", "Observation", "Procedure", "AuditEvent"}
    assert kinds.count("Observation") == SECONDS * 3
    spo2 = next(e.resource for e in bundle.entry if e.resource.__resource_type__ == "Observation"
                and any(c.code == "59408-5" for c in e.resource.code.coding or []))  # fmt: skip
    assert spo2.valueQuantity.code == "%"
    broken = json.loads(bundle.model_dump_json())
    broken["entry"][0]["resource"]["status"] = 5
    with pytest.raises(ValueError):
        Bundle.model_validate(broken)


_VALIDATE = """
const { Fhir } = require(process.argv[1] + "/fhir");
const found = new Fhir().validate(JSON.parse(require("fs").readFileSync(0)));
process.stdout.write(JSON.stringify(found.messages.filter((one) => ["error", "fatal"].includes(one.severity))));
"""


def refused(bundle: dict[str, Any]) -> list[str]:
    """What HL7's own JSON schema of R4, and a validator that holds HL7's structures and value sets, do not accept."""
    schema = NODE / "@asymmetrik" / "fhir-json-schema-validator" / "fhir.schema.json"
    assert schema.is_file(), "hint: cd console && npm ci"
    official = json.loads(schema.read_bytes())
    assert official["id"] == "http://hl7.org/fhir/json-schema/4.0"
    judge = jsonschema_rs.validator_for(official)
    found = [
        str(entry["resource"]["resourceType"]) for entry in bundle["entry"] if not judge.is_valid(entry["resource"])
    ]
    if not judge.is_valid(bundle):
        found.append("Bundle")
    said = subprocess.run(["node", "-e", _VALIDATE, str(NODE)], input=json.dumps(bundle), capture_output=True, text=True,
                          check=True).stdout  # fmt: skip
    return found + [f"{one['location']}: {one['message']}" for one in json.loads(said)]


def test_the_official_schema_and_a_validator_accept_the_bundle(folder, tmp_path):
    bundle = json.loads(write(folder, "fhir", tmp_path, None).read_text())
    assert refused(bundle) == []
    of = {entry["resource"]["resourceType"]: place for place, entry in enumerate(bundle["entry"])}
    for kind, field, wrong in (
        ("Device", "status", "switched-on"), ("DeviceMetric", "category", None), ("Observation", "status", None),
        ("Observation", "effectiveDateTime", "yesterday"), ("Procedure", "subject", None), ("AuditEvent", "agent", []),
    ):  # fmt: skip
        spoilt = json.loads(json.dumps(bundle))
        resource = spoilt["entry"][of[kind]]["resource"]
        if wrong is None:
            del resource[field]
        else:
            resource[field] = wrong
        assert refused(spoilt), f"{kind}.{field} = {wrong!r} passes"


def test_tables_and_paper(folder, tmp_path):
    table = pq.read_table(write(folder, "parquet", tmp_path, None))
    assert table.num_rows == SECONDS * 3 + 1
    assert write(folder, "csv", tmp_path, None).read_text().count("\n") == table.num_rows + 1
    for format in ("summary", "handover"):
        assert write(folder, format, tmp_path, None, lang="ja").read_bytes().startswith(b"%PDF")
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]
    assert set(FORMATS) == {"mcap", "csv", "parquet", "fhir", "vital", "summary", "handover"}


def test_a_record_that_grows_is_read_on_and_read_anew_after_a_crash(tmp_path):
    path = tmp_path / "numerics.jsonl"
    growing = Growing(tmp_path)
    (tmp_path / "events.jsonl").write_text("")
    row = lambda t: json.dumps({"t": t, "c": "m", "v": t, "r": "r", "q": t}) + "\n"  # noqa: E731
    path.write_text(row(1) + row(2) + row(3)[:-4])  # a line that is being written
    assert growing.look().numerics.column("t").to_pylist() == [1, 2]
    with path.open("a") as file:
        file.write(row(3)[-4:] + row(4))
    assert growing.look().numerics.column("t").to_pylist() == [1, 2, 3, 4]
    mended = tmp_path / "mended"
    mended.write_text(row(1) + row(2))
    mended.replace(path)
    assert growing.look().numerics.column("t").to_pylist() == [1, 2]
    assert growing.look().events.num_rows == 0


def test_a_video_that_ran_before_the_record_began_can_be_opened(tmp_path):
    folder = new_folder(tmp_path, "OR1", T0)
    writer = FolderWriter(folder, RecordMeta(folder.name, "OR1", T0))
    scope = Channel("SCOPE/video", "video", "SCOPE", "video")
    writer.channel(scope)
    head = {"w": T0, "m": 0, "init": False, "h": base64.b64encode(b"ftyp+moov").decode()}
    for number, part in enumerate((b"moof1", b"moof2"), 1):
        writer.sample(scope, head | {"q": number}, part, T0 + number * S, "r1")
    writer.close()
    assert next(folder.glob("video-*.mp4")).read_bytes() == b"ftyp+moovmoof1moof2"
    reader = RecordReader(folder)
    places = [(body["offset"], body["bytes"]) for _, _, body in reader.messages(T0, T0 + 9 * S)]
    assert places == [(9, 5), (14, 5)]
    name = next(folder.glob("video-*.mp4")).name
    expected = {name: (scope.id, T0 + S, T0 + 2 * S)}
    assert reader.videos == expected
    writer.meta.end = T0 + 3 * S
    save_meta(folder, writer.meta)
    settle(folder)
    assert RecordReader(folder).videos == expected
    (folder / "fragments.parquet").unlink()  # a record of an earlier edition: read through
    assert RecordReader(folder).videos == expected


def test_a_seek_reads_only_the_chunks_it_needs(folder):
    reader = RecordReader(folder)
    chunks = [chunk for segment in reader._segments.values() for chunk in segment.chunks]
    assert len(chunks) >= SECONDS - 2
    reader.window(T0 + 100 * S, T0 + 102 * S)
    inside = [c for c in chunks if c[0] < T0 + 105 * S and c[1] >= T0 + 97 * S]
    assert 5 <= len(inside) <= 12
