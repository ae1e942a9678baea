"""IEEE 11073 SDC consumer (sdc11073): discovers devices, reads values, waveforms and alarms. It invokes nothing.

With `--tls` both sides show certificates. Only the services of `READS` are asked for: the library's set and
context services are never looked up, a test holds the imports and names of this file against that.
"""

from __future__ import annotations

import argparse
import logging
import time
from pathlib import Path
from typing import Any

from hinomi.connect.frames import Channel, safe
from hinomi.connect.line import Line

AGAIN_AFTER_S = 2.0
DEVICES_MAX = 64


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--address", required=True, help="our own address on the theatre's network")
    parser.add_argument("--tls", nargs=3, type=Path, metavar=("KEY", "CERT", "CA"), help="mutual TLS")
    parser.add_argument("--only", action="append", default=[], help="end-point reference (may be given often)")
    parser.add_argument("--every", type=float, default=1.0, help="usual pause between two reports, seconds")


def run(line: Line, options: argparse.Namespace) -> None:
    from sdc11073.certloader import mk_ssl_contexts
    from sdc11073.definitions_sdc import SdcV1Definitions
    from sdc11073.wsdiscovery import WSDiscovery

    logging.getLogger("sdc").setLevel(logging.ERROR)
    context = mk_ssl_contexts(*options.tls) if options.tls else None
    discovery = WSDiscovery(options.address)
    discovery.start()
    devices: dict[str, Device] = {}
    try:
        while True:
            for epr, device in list(devices.items()):
                if not device.alive:
                    device.stop()
                    del devices[epr]
            refused: list[str] = []
            for service in discovery.search_services(types=SdcV1Definitions.MedicalDeviceTypesFilter, timeout=2):
                wanted = not options.only or service.epr in options.only
                if wanted and service.epr not in devices and len(devices) < DEVICES_MAX:
                    try:
                        devices[service.epr] = Device(line, service, context, options.every)
                    except Exception as error:  # one device that does not let us in costs only itself
                        refused.append(f"{service.epr}: {_reason(error)}"[:200])
            line.state(bool(devices), "; ".join(refused[:3]) or ("" if devices else "no device answers"))
            time.sleep(AGAIN_AFTER_S)
    finally:
        for device in devices.values():
            device.stop()
        discovery.stop()


class Device:
    """One device: its description becomes channels, its reports samples."""

    def __init__(self, line: Line, service: Any, context: Any, every_s: float) -> None:
        from sdc11073.consumer.consumerimpl import SdcConsumer
        from sdc11073.mdib import ConsumerMdib
        from sdc11073.observableproperties import bind

        self.line, self.every_s = line, every_s
        self.consumer = SdcConsumer.from_wsd_service(service, ssl_context_container=context)
        self.consumer.start_all()
        self.mdib = ConsumerMdib(self.consumer)
        self.mdib.init_mdib()
        self.source = self._name(service.epr)
        self._counts: dict[str, int] = {}
        self._channels: dict[str, Channel] = {}
        bind(
            self.mdib,
            metrics_by_handle=self.on_metrics,
            waveform_by_handle=self.on_waveforms,
            alert_by_handle=self.on_alerts,
        )

    @property
    def alive(self) -> bool:
        return bool(self.consumer.is_connected)

    def stop(self) -> None:
        self.consumer.stop_all(unsubscribe=self.alive)

    def _name(self, epr: str) -> str:
        host = self.consumer.host_description
        try:
            model = host.this_model.ModelName[0].text
            serial = host.this_device.SerialNumber
        except (AttributeError, IndexError):
            return epr
        return " ".join(part for part in (model, serial) if part)

    def _channel(self, handle: str, kind: str) -> Channel:
        if handle not in self._channels:
            about = self.mdib.descriptions.handle.get_one(handle, allow_none=True)
            code, word, unit, rate = "", handle, "", 0.0
            if about is not None and about.Type is not None:
                code, word = str(about.Type.Code), about.Type.SymbolicCodeName or _text(about.Type) or handle
            if about is not None and getattr(about, "Unit", None) is not None:
                unit = about.Unit.SymbolicCodeName or _text(about.Unit) or str(about.Unit.Code)
            if kind == "waveform" and about is not None and about.SamplePeriod:
                rate = 1.0 / float(about.SamplePeriod)
            every = self.every_s if kind in ("numeric", "waveform") else 0.0
            made = Channel(
                f"{safe(self.source)}/{safe(handle)}", kind, self.source, word, code, "MDC", _ucum(unit), rate, every
            )
            self._channels[handle] = made
            self.line.channel(made)
        return self._channels[handle]

    def on_metrics(self, states: dict[str, Any]) -> None:
        heard = (time.time_ns(), time.monotonic_ns())
        for handle, state in states.items():
            value = state.MetricValue
            if value is None or value.Value is None:
                continue
            at = _ns(value.DeterminationTime)
            quality = str(getattr(value.MetricQuality.Validity, "value", ""))
            if state.is_realtime_sample_array_metric_state:
                continue
            try:
                number = float(value.Value)
            except (TypeError, ValueError):
                channel = self._channel(handle, "state")
                self.line.sample(channel.id, value=str(value.Value), device_ns=at, heard_ns=heard)
                continue
            channel = self._channel(handle, "numeric")
            self.line.sample(channel.id, value=number, device_ns=at, heard_ns=heard, x={"validity": quality})

    def on_waveforms(self, states: dict[str, Any]) -> None:
        heard = (time.time_ns(), time.monotonic_ns())
        for handle, state in states.items():
            value = state.MetricValue
            if value is None or not value.Samples:
                continue
            channel = self._channel(handle, "waveform")
            samples = [float(sample) for sample in value.Samples]
            first = self._counts.get(handle, 0)
            self._counts[handle] = first + len(samples)
            self.line.sample(
                channel.id, samples=samples, first=first, device_ns=_ns(value.DeterminationTime), heard_ns=heard
            )

    def on_alerts(self, states: dict[str, Any]) -> None:
        for handle, state in states.items():
            if not hasattr(state, "Presence"):
                continue
            channel = self._channel(handle, "alarm")
            about = self.mdib.descriptions.handle.get_one(handle, allow_none=True)
            priority = str(getattr(getattr(about, "Priority", None), "value", ""))
            self.line.sample(
                channel.id,
                value=f"{channel.name} {'on' if state.Presence else 'off'}",
                device_ns=_ns(state.DeterminationTime),
                x={"present": bool(state.Presence), "priority": priority},
            )


def _reason(error: BaseException) -> str:
    """What stood at the beginning: the library wraps a refused certificate in errors of its own."""
    while (inner := error.__cause__ or error.__context__) is not None:
        error = inner
    return str(error) or type(error).__name__


def _ns(seconds: float | None) -> int | None:
    return None if seconds is None else int(seconds * 1_000_000_000)


def _text(code: Any) -> str:
    descriptions = getattr(code, "ConceptDescription", None) or []
    return str(descriptions[0].text) if descriptions else ""


def _ucum(unit: str) -> str:
    from hinomi.connect.hl7 import UCUM

    return UCUM.get(unit, unit)
