//! Elements that are read (PS3.6), by tag `ggggeeee`, and where they stand.

/// Nothing of interest stands behind this group.
pub const LAST_GROUP: u32 = 0x0040;

pub const CHARACTER_SET: u32 = 0x0008_0005;
pub const STUDY_DATE: u32 = 0x0008_0020;
pub const STUDY_TIME: u32 = 0x0008_0030;
pub const ACCESSION: u32 = 0x0008_0050;
pub const QUERY_LEVEL: u32 = 0x0008_0052;
pub const STATION_AE: u32 = 0x0008_0055;
pub const MODALITY: u32 = 0x0008_0060;
pub const MODALITIES: u32 = 0x0008_0061;
pub const MANUFACTURER: u32 = 0x0008_0070;
pub const INSTITUTION: u32 = 0x0008_0080;
pub const STATION_NAME: u32 = 0x0008_1010;
pub const DEPARTMENT: u32 = 0x0008_1040;
pub const MODEL: u32 = 0x0008_1090;
pub const TRANSACTION: u32 = 0x0008_1195;
pub const PATIENT_ID: u32 = 0x0010_0020;
pub const SERIAL: u32 = 0x0018_1000;
pub const DEVICE_UID: u32 = 0x0018_1002;
pub const UDI: u32 = 0x0018_1009;
pub const SOFTWARE: u32 = 0x0018_1020;
pub const STUDY_UID: u32 = 0x0020_000d;
pub const SERIES_UID: u32 = 0x0020_000e;
pub const SCHEDULED_AE: u32 = 0x0040_0001;
pub const SCHEDULED_NAME: u32 = 0x0040_0010;
pub const SCHEDULED_LOCATION: u32 = 0x0040_0011;
pub const PERFORMED_AE: u32 = 0x0040_0241;
pub const PERFORMED_NAME: u32 = 0x0040_0242;
pub const PERFORMED_LOCATION: u32 = 0x0040_0243;
pub const STEP_START_DATE: u32 = 0x0040_0244;
pub const STEP_START_TIME: u32 = 0x0040_0245;
pub const STEP_END_DATE: u32 = 0x0040_0250;
pub const STEP_END_TIME: u32 = 0x0040_0251;
pub const STEP_STATUS: u32 = 0x0040_0252;

pub const FAILED_SOPS: u32 = 0x0008_1198;
pub const REFERENCED_SOPS: u32 = 0x0008_1199;
pub const UDI_SEQUENCE: u32 = 0x0018_100a;
pub const CONTRIBUTING: u32 = 0x0018_a001;
pub const SCHEDULED_STEP: u32 = 0x0040_0100;
pub const STEP_ATTRIBUTES: u32 = 0x0040_0270;

/// Sequences that are entered even when their length is defined.
pub fn is_wanted_sequence(tag: u32) -> bool {
    matches!(tag, FAILED_SOPS | REFERENCED_SOPS | UDI_SEQUENCE | CONTRIBUTING | SCHEDULED_STEP | STEP_ATTRIBUTES)
}

/// Whether the value of `tag` is kept, when it stands in the sequence `within` (0: first level).
pub fn is_wanted(within: u32, tag: u32) -> bool {
    match within {
        0 => matches!(
            tag,
            CHARACTER_SET | STUDY_DATE | STUDY_TIME | ACCESSION | QUERY_LEVEL | STATION_AE | MODALITY | MODALITIES | MANUFACTURER
                | INSTITUTION | STATION_NAME | DEPARTMENT | MODEL | TRANSACTION | PATIENT_ID | SERIAL | DEVICE_UID | SOFTWARE
                | STUDY_UID | SERIES_UID | PERFORMED_AE | PERFORMED_NAME | PERFORMED_LOCATION | STEP_START_DATE
                | STEP_START_TIME | STEP_END_DATE | STEP_END_TIME | STEP_STATUS
        ),
        UDI_SEQUENCE => tag == UDI,
        CONTRIBUTING => matches!(tag, MANUFACTURER | MODEL | STATION_NAME | SERIAL | SOFTWARE | INSTITUTION),
        SCHEDULED_STEP => matches!(tag, SCHEDULED_AE | SCHEDULED_NAME | SCHEDULED_LOCATION | MODALITY),
        STEP_ATTRIBUTES => matches!(tag, STUDY_UID | ACCESSION),
        _ => false,
    }
}

/// Elements that identify or describe a patient; used to say how a query was narrowed.
pub fn keyword(tag: u32) -> Option<&'static str> {
    Some(match tag {
        0x0008_0018 => "SOPInstanceUID",
        STUDY_DATE => "StudyDate",
        STUDY_TIME => "StudyTime",
        ACCESSION => "AccessionNumber",
        MODALITY => "Modality",
        MODALITIES => "ModalitiesInStudy",
        0x0008_0090 => "ReferringPhysicianName",
        INSTITUTION => "InstitutionName",
        STATION_NAME => "StationName",
        0x0008_1030 => "StudyDescription",
        0x0010_0010 => "PatientName",
        PATIENT_ID => "PatientID",
        0x0010_0030 => "PatientBirthDate",
        0x0010_0040 => "PatientSex",
        STUDY_UID => "StudyInstanceUID",
        SERIES_UID => "SeriesInstanceUID",
        0x0020_0010 => "StudyID",
        0x0040_1001 => "RequestedProcedureID",
        SCHEDULED_AE => "ScheduledStationAETitle",
        _ => return None,
    })
}
