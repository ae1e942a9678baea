"""An SDC device (sdc11073): announces itself, serves its MDIB, sends changing values, takes set operations.

What it is and measures comes as JSON, so a new kind of device is a data file.
"""

from __future__ import annotations

import argparse
import json
import random
import time
import uuid
from decimal import Decimal
from pathlib import Path
from xml.sax.saxutils import quoteattr

from sdc11073.certloader import mk_ssl_contexts
from sdc11073.location import SdcLocation
from sdc11073.mdib import ProviderMdib
from sdc11073.provider import SdcProvider
from sdc11073.provider.baseproduct import BaseProduct
from sdc11073.provider.operations import ExecuteParameters, ExecuteResult
from sdc11073.provider.providerimpl import RoleProviderComponents
from sdc11073.wsdiscovery import WSDiscovery
from sdc11073.xml_types.dpws_types import ThisDeviceType, ThisModelType
from sdc11073.xml_types.msg_types import InvocationState

PM = "http://standards.ieee.org/downloads/11073/11073-10207-2017/participant"
MSG = "http://standards.ieee.org/downloads/11073/11073-10207-2017/message"


def mdib_xml(device: dict) -> bytes:
    """A small MDIB: one MDS with its metadata, contexts, one VMD, one channel, the values, the set operations."""

    def code(row: str, tag: str = "pm:Type") -> str:
        number, name = row.split("^")[:2]
        return f'<{tag} Code="{number}" SymbolicCodeName={quoteattr(name)}/>'

    metrics, metric_states, operations, operation_states = [], [], [], []
    for number, value in enumerate(device["values"]):
        handle, kind = f"m{number}", "Set" if value.get("settable") else "Msrmt"
        metrics.append(
            f'<pm:Metric xsi:type="pm:NumericMetricDescriptor" Handle="{handle}" SafetyClassification="MedB" '
            f'MetricCategory="{kind}" MetricAvailability="Cont" Resolution="{value.get("resolution", 1)}">'
            f"{code(value['mdc'])}{code(value['unit'], 'pm:Unit')}</pm:Metric>"
        )
        metric_states.append(
            f'<pm:State xsi:type="pm:NumericMetricState" DescriptorHandle="{handle}" ActivationState="On">'
            f'<pm:MetricValue Value="{value["mean"]}" DeterminationTime="{int(time.time() * 1000)}">'
            f'<pm:MetricQuality Validity="Vld"/></pm:MetricValue></pm:State>'
        )
        if value.get("settable"):
            operations.append(
                f'<pm:Operation xsi:type="pm:SetValueOperationDescriptor" Handle="set_{handle}" '
                f'SafetyClassification="MedB" OperationTarget="{handle}">{code(value["mdc"])}</pm:Operation>'
            )
            operation_states.append(
                f'<pm:State xsi:type="pm:SetValueOperationState" DescriptorHandle="set_{handle}" OperatingMode="En"/>'
            )
    sco = f'<pm:Sco Handle="sco">{"".join(operations)}</pm:Sco>' if operations else ""
    sco_state = '<pm:State xsi:type="pm:ScoState" DescriptorHandle="sco" ActivationState="On"/>' if operations else ""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<msg:GetMdibResponse xmlns:msg="{MSG}" xmlns:pm="{PM}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
 MdibVersion="0" SequenceId="urn:uuid:{uuid.uuid4()}"><msg:Mdib MdibVersion="0" SequenceId="urn:uuid:{uuid.uuid4()}">
<pm:MdDescription DescriptionVersion="0"><pm:Mds Handle="mds" SafetyClassification="MedB">{code(device["mds"])}
{sco}<pm:MetaData><pm:Manufacturer>{device["manufacturer"]}</pm:Manufacturer>
<pm:ModelName>{device["model"]}</pm:ModelName><pm:ModelNumber>{device["software_version"]}</pm:ModelNumber>
<pm:SerialNumber>{device["serial"]}</pm:SerialNumber></pm:MetaData>
<pm:SystemContext Handle="ctx"><pm:PatientContext Handle="pat"/><pm:LocationContext Handle="loc"/></pm:SystemContext>
<pm:Vmd Handle="vmd" SafetyClassification="MedB"><pm:Channel Handle="chan" SafetyClassification="MedB">
{"".join(metrics)}</pm:Channel></pm:Vmd></pm:Mds></pm:MdDescription>
<pm:MdState StateVersion="0"><pm:State xsi:type="pm:MdsState" DescriptorHandle="mds" ActivationState="On"/>
{sco_state}<pm:State xsi:type="pm:SystemContextState" DescriptorHandle="ctx"/>
<pm:State xsi:type="pm:VmdState" DescriptorHandle="vmd" ActivationState="On"/>
<pm:State xsi:type="pm:ChannelState" DescriptorHandle="chan" ActivationState="On"/>
{"".join(metric_states)}{"".join(operation_states)}</pm:MdState></msg:Mdib></msg:GetMdibResponse>""".encode()


class SetValues:
    """Carries out SetValue operations on the device's own settings."""

    def __init__(self, mdib: ProviderMdib) -> None:
        self.mdib = mdib

    def stop(self) -> None: ...
    def init_operations(self, sco) -> None: ...
    def make_missing_operations(self, sco) -> list:
        return []

    def on_pre_commit(self, mdib, transaction) -> None: ...
    def on_post_commit(self, mdib, transaction) -> None: ...

    def make_operation_instance(self, descriptor, operation_cls_getter):
        kind = operation_cls_getter(descriptor.NODETYPE)
        return kind(descriptor.Handle, descriptor.OperationTarget, self.set_value, coded_value=descriptor.Type)

    def set_value(self, request: ExecuteParameters) -> ExecuteResult:
        target = request.operation_instance.operation_target_handle
        with self.mdib.metric_state_transaction() as transaction:
            state = transaction.get_state(target)
            if state.MetricValue is None:
                state.mk_metric_value()
            state.MetricValue.Value = Decimal(request.operation_request.argument)
        print("set", target, request.operation_request.argument, flush=True)
        return ExecuteResult(InvocationState.FINISHED, self.mdib.mdib_version_group, target)


class Product(BaseProduct):
    """One product with one role: settable values."""

    def __init__(self, mdib, sco, log_prefix=None) -> None:
        super().__init__(mdib, sco, log_prefix)
        self._ordered_role_providers.append(SetValues(mdib))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--address", required=True)
    parser.add_argument("--device", required=True, help="JSON file: manufacturer, model, serial, mds, values …")
    parser.add_argument("--every", type=float, default=1.0)
    parser.add_argument("--said", help="file that gets a line for each value: time, handle, value, stamp")
    parser.add_argument("--tls", nargs=3, type=Path, metavar=("KEY", "CERT", "CA"))
    options = parser.parse_args()
    device = json.loads(Path(options.device).read_text())
    mdib = ProviderMdib.from_string(mdib_xml(device))
    discovery = WSDiscovery(options.address)
    discovery.start()
    context = mk_ssl_contexts(*options.tls) if options.tls else None
    provider = SdcProvider(
        discovery,
        ThisModelType(device["manufacturer"], None, device["model"], device["software_version"]),
        ThisDeviceType(device["name"], device["software_version"], device["serial"]),
        mdib,
        epr=uuid.uuid5(uuid.NAMESPACE_DNS, device["serial"]),
        ssl_context_container=context,
        role_provider_components=RoleProviderComponents(role_provider_class=Product),
    )
    provider.start_all(start_rtsample_loop=False)
    provider.set_location(SdcLocation(fac="HINOMI", poc=device["location"], bed=device.get("bed", "1")))
    chance = random.Random(device["serial"])
    while True:
        time.sleep(options.every)
        with mdib.metric_state_transaction() as transaction:
            for number, value in enumerate(device["values"]):
                if value.get("settable"):
                    continue
                state = transaction.get_state(f"m{number}")
                if state.MetricValue is None:
                    state.mk_metric_value()
                reading = Decimal(str(value["mean"])) + Decimal(str(chance.uniform(-1, 1) * value["spread"]))
                state.MetricValue.Value = round(reading, value.get("digits", 0))
                state.MetricValue.DeterminationTime = round(time.time(), 3)
        if options.said:  # as it went out: the library stamps when the change is complete
            with Path(options.said).open("a", encoding="ascii") as said:
                for number, value in enumerate(device["values"]):
                    sent = mdib.states.descriptor_handle.get_one(f"m{number}").MetricValue
                    stamp = round(sent.DeterminationTime * 1000) * 1_000_000
                    if not value.get("settable"):
                        said.write(f"{stamp} m{number} {sent.Value} {stamp}\n")


if __name__ == "__main__":
    main()
