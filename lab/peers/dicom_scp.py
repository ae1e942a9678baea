"""A small RIS in pynetdicom: takes procedure steps (MPPS) and answers echo. Runs until it is ended."""

from __future__ import annotations

import argparse

from pydicom.dataset import Dataset
from pynetdicom import AE, evt
from pynetdicom.sop_class import ModalityPerformedProcedureStep, Verification

STEPS: dict[str, Dataset] = {}


def on_create(event: evt.Event) -> tuple[int, Dataset | None]:
    """N-CREATE: keep the step under its UID; the same UID twice is refused (PS3.4 F.7.2.1.2)."""
    uid = event.request.AffectedSOPInstanceUID
    if uid in STEPS:
        return 0x0111, None
    STEPS[uid] = event.attribute_list
    return 0x0000, event.attribute_list


def on_set(event: evt.Event) -> tuple[int, Dataset | None]:
    """N-SET: only a step that is in progress may change (PS3.4 F.7.2.2.2)."""
    step = STEPS.get(event.request.RequestedSOPInstanceUID)
    if step is None:
        return 0x0112, None
    if step.PerformedProcedureStepStatus != "IN PROGRESS":
        return 0x0110, None
    step.update(event.modification_list)
    return 0x0000, step


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--ae-title", required=True)
    parser.add_argument("--port", type=int, required=True)
    options = parser.parse_args()
    entity = AE(ae_title=options.ae_title)
    entity.add_supported_context(ModalityPerformedProcedureStep)
    entity.add_supported_context(Verification)
    entity.start_server(("", options.port), evt_handlers=[(evt.EVT_N_CREATE, on_create), (evt.EVT_N_SET, on_set)])


if __name__ == "__main__":
    main()
