"""Makes small but complete DICOM objects with pydicom: CT, ultrasound, X-ray and worklist items."""

from __future__ import annotations

import datetime
from pathlib import Path

import numpy
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRLittleEndian, generate_uid

from .patients import PATIENTS, Patient

STORAGE = {
    "CT": "1.2.840.10008.5.1.4.1.1.2",
    "US": "1.2.840.10008.5.1.4.1.1.6.1",
    "DX": "1.2.840.10008.5.1.4.1.1.1.1",
    "MR": "1.2.840.10008.5.1.4.1.1.4",
    "MG": "1.2.840.10008.5.1.4.1.1.1.2",
    "XA": "1.2.840.10008.5.1.4.1.1.12.1",
    "NM": "1.2.840.10008.5.1.4.1.1.20",
    "ES": "1.2.840.10008.5.1.4.1.1.77.1.1",
    "ECG": "1.2.840.10008.5.1.4.1.1.9.1.1",
}
ISO_IR_87 = ["", "ISO 2022 IR 87"]
UTF_8 = "ISO_IR 192"


def _head(patient: Patient, charset: str | list[str], now: datetime.datetime) -> Dataset:
    head = Dataset()
    head.SpecificCharacterSet = charset
    head.PatientName = patient.dicom_name
    head.PatientID = patient.id
    head.PatientBirthDate = patient.birth
    head.PatientSex = patient.sex
    head.StudyDate = head.SeriesDate = head.ContentDate = now.strftime("%Y%m%d")
    head.StudyTime = head.SeriesTime = head.ContentTime = now.strftime("%H%M%S")
    return head


def make_series(
    folder: Path,
    *,
    modality: str,
    images: int,
    size: int,
    patient: Patient,
    device: dict[str, str],
    accession: str,
    study_uid: str | None = None,
    utf8: bool = False,
    description: str = "",
    start: datetime.datetime | None = None,
) -> list[Path]:
    """Write one series and give back its files. `device` holds the equipment module's values."""
    now = start or datetime.datetime.now()
    study_uid = study_uid or generate_uid()
    series_uid, paths = generate_uid(), []
    rows = numpy.arange(size, dtype=numpy.float32)
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(1, images + 1):
        data = _head(patient, UTF_8 if utf8 else ISO_IR_87, now)
        data.SOPClassUID = STORAGE[modality]
        data.SOPInstanceUID = generate_uid()
        data.StudyInstanceUID, data.SeriesInstanceUID = study_uid, series_uid
        data.StudyID, data.SeriesNumber, data.InstanceNumber = "1", "1", str(number)
        data.Modality = modality
        data.AccessionNumber = accession
        data.StudyDescription = description
        data.ReferringPhysicianName = "Rei^Ishi=例^医師=れい^いし"
        data.Manufacturer = device["manufacturer"]
        data.ManufacturerModelName = device["model"]
        data.DeviceSerialNumber = device["serial"]
        data.SoftwareVersions = device["software_version"]
        data.StationName = device["station"]
        data.InstitutionName = "火の見模擬病院" if utf8 else "Hinomi Mogi Hospital"
        data.InstitutionalDepartmentName = device["department"]
        if modality == "ECG":
            data.WaveformSequence = Sequence([_twelve_leads()])
            data.AcquisitionDateTime = now.strftime("%Y%m%d%H%M%S")
            path = folder / f"ecg-{number:03d}.dcm"
            _save(data, path)
            paths.append(path)
            continue
        centre = size / 2 + number
        disc = ((rows[:, None] - centre) ** 2 + (rows[None, :] - size / 2) ** 2) < (size / 3) ** 2
        noise = numpy.random.default_rng(number).integers(0, 40, (size, size))
        data.SamplesPerPixel = 1
        data.PhotometricInterpretation = "MONOCHROME2"
        data.Rows = data.Columns = size
        if modality in ("US", "ES"):
            data.BitsAllocated = data.BitsStored = 8
            data.HighBit, data.PixelRepresentation = 7, 0
            data.PixelData = (disc * 150 + noise).astype(numpy.uint8).tobytes()
        else:
            data.BitsAllocated, data.BitsStored, data.HighBit = 16, 12, 11
            data.PixelRepresentation = 0
            data.RescaleIntercept, data.RescaleSlope = "-1024", "1"
            data.PixelSpacing = [0.7, 0.7]
            data.PixelData = (disc * 1100 + noise).astype(numpy.uint16).tobytes()
        if modality == "CT":
            data.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
            data.KVP, data.SliceThickness = "120", "5"
            data.ImagePositionPatient = [0, 0, 5 * number]
            data.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
            data.FrameOfReferenceUID = study_uid + ".9"
        path = folder / f"{modality.lower()}-{number:03d}.dcm"
        _save(data, path)
        paths.append(path)
    return paths


def _twelve_leads() -> Dataset:
    """Ten seconds of twelve leads at 500 Hz (PS3.3 A.34.3), each a beat a second."""
    leads = ["I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6"]
    wave = Dataset()
    wave.WaveformOriginality, wave.NumberOfWaveformChannels = "ORIGINAL", len(leads)
    wave.NumberOfWaveformSamples, wave.SamplingFrequency = 5000, "500"
    channels = []
    for code, lead in enumerate(leads, start=1):
        source = Dataset()
        source.CodeValue, source.CodingSchemeDesignator, source.CodeMeaning = (
            f"5.6.3-9-{code}",
            "SCPECG",
            "Lead " + lead,
        )
        channel = Dataset()
        channel.ChannelSourceSequence = Sequence([source])
        channel.ChannelSampleSkew, channel.WaveformBitsStored = "0", 16
        channels.append(channel)
    wave.ChannelDefinitionSequence = Sequence(channels)
    wave.WaveformBitsAllocated, wave.WaveformSampleInterpretation = 16, "SS"
    beat = numpy.exp(-(((numpy.arange(500) - 150) / 8.0) ** 2)) * 900
    rows = numpy.stack([numpy.tile(beat, 10) * (0.4 + number / 12) for number in range(len(leads))], axis=1)
    wave.WaveformData = rows.astype("<i2").tobytes()
    return wave


def _save(data: Dataset, path: Path) -> None:
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = data.SOPClassUID
    meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    whole = FileDataset(str(path), data, file_meta=meta, preamble=b"\0" * 128)
    whole.save_as(path, enforce_file_format=True)


def make_worklist(folder: Path, items: list[dict[str, str]], now: datetime.datetime) -> None:
    """Write the `.wl` files that dcmtk's wlmscpfs serves. One item names patient, station and modality."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "lockfile").touch()
    for item in items:
        patient = PATIENTS[int(item["patient"])]
        data = Dataset()
        data.SpecificCharacterSet = ISO_IR_87
        data.PatientName, data.PatientID = patient.dicom_name, patient.id
        data.PatientBirthDate, data.PatientSex = patient.birth, patient.sex
        data.AccessionNumber = item["accession"]
        data.StudyInstanceUID = item["study_uid"]
        data.RequestedProcedureID = item["accession"]
        data.RequestedProcedureDescription = item["description"]
        data.ReferringPhysicianName = "Rei^Ishi=例^医師=れい^いし"
        step = Dataset()
        step.ScheduledStationAETitle = item["ae_title"]
        step.ScheduledProcedureStepStartDate = now.strftime("%Y%m%d")
        step.ScheduledProcedureStepStartTime = now.strftime("%H%M00")
        step.Modality = item["modality"]
        step.ScheduledProcedureStepID = "SPS" + item["accession"]
        step.ScheduledProcedureStepDescription = item["description"]
        step.ScheduledPerformingPhysicianName = "Rei^Gishi=例^技師=れい^ぎし"
        step.ScheduledStationName = item["ae_title"]
        step.ScheduledProcedureStepLocation = item["modality"] + " room"
        data.ScheduledProcedureStepSequence = Sequence([step])
        # dcmtk's file format converter is not needed: wlmscpfs reads any DICOM file.
        data.SOPClassUID = "1.2.840.10008.5.1.4.31"
        data.SOPInstanceUID = generate_uid()
        _save(data, folder / f"{item['accession']}.wl")
