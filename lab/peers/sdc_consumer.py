"""An SDC consumer (sdc11073): finds devices, reads them, listens to their values, may set one."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from sdc11073.certloader import mk_ssl_contexts
from sdc11073.consumer.consumerimpl import SdcConsumer
from sdc11073.definitions_sdc import SdcV1Definitions
from sdc11073.mdib import ConsumerMdib
from sdc11073.observableproperties import bind
from sdc11073.wsdiscovery import WSDiscovery


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--address", required=True)
    parser.add_argument("--devices", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--set", nargs=2, metavar=("OPERATION", "VALUE"), help="one SetValue, half-way")
    parser.add_argument("--tls", nargs=3, type=Path, metavar=("KEY", "CERT", "CA"))
    options = parser.parse_args()
    context = mk_ssl_contexts(*options.tls) if options.tls else None
    discovery = WSDiscovery(options.address)
    discovery.start()
    found, end = [], time.monotonic() + 20
    while len(found) < options.devices and time.monotonic() < end:
        found = discovery.search_services(types=SdcV1Definitions.MedicalDeviceTypesFilter, timeout=2)
    consumers, updates = [], []

    def on_values(values: dict) -> None:  # bind() keeps only a weak reference: this name keeps it alive
        updates.append(values)

    for service in found:
        consumer = SdcConsumer.from_wsd_service(service, ssl_context_container=context)
        consumer.start_all()
        mdib = ConsumerMdib(consumer)
        mdib.init_mdib()
        bind(mdib, metrics_by_handle=on_values)
        consumers.append((consumer, mdib))
        print("device", service.x_addrs, flush=True)
    time.sleep(options.seconds / 2)
    if options.set:
        for consumer, mdib in consumers:
            if options.set[0] in mdib.descriptions.handle:
                answer = consumer.set_service_client.set_numeric_value(options.set[0], options.set[1]).result(
                    timeout=10
                )
                print("set", answer.InvocationInfo.InvocationState, flush=True)
    time.sleep(options.seconds / 2)
    print("updates", len(updates), flush=True)
    for consumer, _ in consumers:
        consumer.stop_all()
    discovery.stop()
    if len(found) < options.devices or not updates:
        raise SystemExit("not every device was found, or none sent a value")


if __name__ == "__main__":
    main()
