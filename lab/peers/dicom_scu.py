"""A modality in pynetdicom: echo, worklist, procedure step, store and storage commitment, in one run."""

from __future__ import annotations

import argparse
import datetime
import sys
import threading
import time
from pathlib import Path

from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.uid import generate_uid
from pynetdicom import AE, evt
from pynetdicom.sop_class import (
    ModalityPerformedProcedureStep,
    ModalityWorklistInformationFind,
    StorageCommitmentPushModel,
    StorageCommitmentPushModelInstance,
    Verification,
)


def associate(title: str, address: str, called: str, contexts: list[str]):
    host, port = address.rsplit(":", 1)
    entity = AE(ae_title=title)
    for context in contexts:
        entity.add_requested_context(context)
    association = entity.associate(host, int(port), ae_title=called)
    if not association.is_established:
        sys.exit(f"{title}: no association with {called} at {address}")
    return association


def worklist(association, title: str) -> Dataset | None:
    """C-FIND of the day's worklist for this station; the last item with an answer is the one to do."""
    query = Dataset()
    query.PatientName = ""
    query.PatientID = ""
    query.PatientBirthDate = ""
    query.PatientSex = ""
    query.AccessionNumber = ""
    query.StudyInstanceUID = ""
    query.RequestedProcedureID = ""
    query.RequestedProcedureDescription = ""
    step = Dataset()
    step.ScheduledStationAETitle = title
    step.ScheduledProcedureStepStartDate = datetime.date.today().strftime("%Y%m%d")
    step.ScheduledProcedureStepStartTime = ""
    step.Modality = ""
    step.ScheduledProcedureStepID = ""
    step.ScheduledProcedureStepDescription = ""
    query.ScheduledProcedureStepSequence = Sequence([step])
    found = None
    for status, item in association.send_c_find(query, ModalityWorklistInformationFind):
        if status and status.Status in (0xFF00, 0xFF01):
            found = item
    return found


def step_start(item: Dataset | None, title: str, modality: str) -> Dataset:
    now = datetime.datetime.now()
    data = Dataset()
    data.SpecificCharacterSet = ["", "ISO 2022 IR 87"]
    scheduled = Dataset()
    for keyword in ("StudyInstanceUID", "AccessionNumber", "RequestedProcedureID", "RequestedProcedureDescription"):
        setattr(scheduled, keyword, getattr(item, keyword, "") if item else "")
    if not scheduled.StudyInstanceUID:
        scheduled.StudyInstanceUID = generate_uid()
    scheduled.ReferencedStudySequence = Sequence([])
    scheduled.ScheduledProcedureStepID = ""
    scheduled.ScheduledProcedureStepDescription = ""
    scheduled.ScheduledProtocolCodeSequence = Sequence([])
    data.ScheduledStepAttributesSequence = Sequence([scheduled])
    for keyword in ("PatientName", "PatientID", "PatientBirthDate", "PatientSex"):
        setattr(data, keyword, getattr(item, keyword, "") if item else "")
    data.PerformedProcedureStepID = "PPS1"
    data.PerformedStationAETitle = title
    data.PerformedStationName = title
    data.PerformedLocation = ""
    data.PerformedProcedureStepStartDate = now.strftime("%Y%m%d")
    data.PerformedProcedureStepStartTime = now.strftime("%H%M%S")
    data.PerformedProcedureStepStatus = "IN PROGRESS"
    data.PerformedProcedureStepDescription = ""
    data.PerformedProcedureTypeDescription = ""
    data.PerformedProcedureStepEndDate = ""
    data.PerformedProcedureStepEndTime = ""
    data.Modality = modality
    data.StudyID = ""
    data.PerformedProtocolCodeSequence = Sequence([])
    data.PerformedSeriesSequence = Sequence([])
    return data


def step_end(files: list[Dataset]) -> Dataset:
    now = datetime.datetime.now()
    data = Dataset()
    data.PerformedProcedureStepStatus = "COMPLETED"
    data.PerformedProcedureStepEndDate = now.strftime("%Y%m%d")
    data.PerformedProcedureStepEndTime = now.strftime("%H%M%S")
    series = Dataset()
    series.SeriesInstanceUID = files[0].SeriesInstanceUID
    series.ProtocolName = "ROUTINE"
    series.PerformingPhysicianName = ""
    series.OperatorsName = ""
    series.SeriesDescription = ""
    series.RetrieveAETitle = ""
    series.ReferencedImageSequence = Sequence([_reference(file) for file in files])
    series.ReferencedNonImageCompositeSOPInstanceSequence = Sequence([])
    data.PerformedSeriesSequence = Sequence([series])
    return data


def _reference(file: Dataset) -> Dataset:
    item = Dataset()
    item.ReferencedSOPClassUID = file.SOPClassUID
    item.ReferencedSOPInstanceUID = file.SOPInstanceUID
    return item


def commitment(title: str, pacs: str, called: str, files: list[Dataset], listen: int) -> None:
    """N-ACTION to the archive, then wait for its N-EVENT-REPORT on an association of its own."""
    answered = threading.Event()

    def on_report(event: evt.Event) -> tuple[int, None]:
        answered.set()
        return 0x0000, None

    receiver = AE(ae_title=title)
    receiver.add_supported_context(StorageCommitmentPushModel, scu_role=True, scp_role=True)
    receiver.add_supported_context(Verification)
    server = receiver.start_server(("", listen), block=False, evt_handlers=[(evt.EVT_N_EVENT_REPORT, on_report)])
    association = associate(title, pacs, called, [StorageCommitmentPushModel])
    request = Dataset()
    request.TransactionUID = generate_uid()
    request.ReferencedSOPSequence = Sequence([_reference(file) for file in files])
    status, _ = association.send_n_action(request, 1, StorageCommitmentPushModel, StorageCommitmentPushModelInstance)
    association.release()
    print("commitment requested", hex(status.Status) if status else status)
    print("commitment answered", answered.wait(15))
    server.shutdown()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--ae-title", required=True)
    parser.add_argument("--modality", required=True)
    parser.add_argument("--pacs")
    parser.add_argument("--called", default="PACS")
    parser.add_argument("--worklist")
    parser.add_argument("--mpps")
    parser.add_argument("--ris-title", default="RIS")
    parser.add_argument("--echo", action="store_true")
    parser.add_argument("--commit-port", type=int)
    parser.add_argument("--pause", type=float, default=2.0, help="seconds of examination between two steps")
    parser.add_argument("files", nargs="*")
    options = parser.parse_args()
    item, step_uid = None, generate_uid()
    if options.echo:
        association = associate(options.ae_title, options.pacs, options.called, [Verification])
        association.send_c_echo()
        association.release()
    if options.worklist:
        association = associate(
            options.ae_title, options.worklist, options.ris_title, [ModalityWorklistInformationFind]
        )
        item = worklist(association, options.ae_title)
        association.release()
        print("worklist item", item.AccessionNumber if item else None)
        time.sleep(options.pause)
    files = [dcmread(Path(name)) for name in options.files]
    if options.mpps:
        association = associate(options.ae_title, options.mpps, options.ris_title, [ModalityPerformedProcedureStep])
        status, _ = association.send_n_create(
            step_start(item, options.ae_title, options.modality), ModalityPerformedProcedureStep, step_uid
        )
        print("step in progress", hex(status.Status))
        association.release()
        time.sleep(options.pause)
    if files:
        association = associate(options.ae_title, options.pacs, options.called, sorted({f.SOPClassUID for f in files}))
        for file in files:
            status = association.send_c_store(file)
            print("stored", hex(status.Status))
            time.sleep(options.pause / 4)
        association.release()
    if options.mpps and files:
        association = associate(options.ae_title, options.mpps, options.ris_title, [ModalityPerformedProcedureStep])
        status, _ = association.send_n_set(step_end(files), ModalityPerformedProcedureStep, step_uid)
        print("step completed", hex(status.Status))
        association.release()
    if options.commit_port and files:
        commitment(options.ae_title, options.pacs, options.called, files, options.commit_port)


if __name__ == "__main__":
    main()
