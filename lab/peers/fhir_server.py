"""A small FHIR R5 server of the lab's patients (fhirstarter), served by hypercorn."""

from fhir.resources.patient import Patient
from fhirstarter import FHIRProvider, FHIRStarter, InteractionContext
from fhirstarter.exceptions import FHIRResourceNotFoundError
from fhirstarter.resources import Bundle

from .patients import PATIENTS

provider = FHIRProvider()


def _patient(number: int) -> Patient:
    row = PATIENTS[number]
    family, given = row.romaji.split("^")
    kanji = row.kanji.split("^")
    return Patient.model_validate(
        {
            "resourceType": "Patient",
            "id": row.id,
            "gender": "male" if row.sex == "M" else "female",
            "birthDate": f"{row.birth[:4]}-{row.birth[4:6]}-{row.birth[6:]}",
            "identifier": [{"system": "urn:oid:1.2.392.100495.20.3.51", "value": row.id}],
            "name": [
                {"use": "official", "text": " ".join(kanji), "family": kanji[0], "given": [kanji[1]]},
                {"use": "usual", "family": family, "given": [given]},
            ],
        }
    )


@provider.read(Patient)
async def patient_read(context: InteractionContext, id_: str) -> Patient:
    for number, row in enumerate(PATIENTS):
        if row.id == id_:
            return _patient(number)
    raise FHIRResourceNotFoundError


@provider.search_type(Patient)
async def patient_search(context: InteractionContext, family: str | None) -> Bundle:
    found = [_patient(number) for number, row in enumerate(PATIENTS) if family in (None, row.romaji.split("^")[0])]
    return Bundle.model_validate(
        {
            "resourceType": "Bundle",
            "type": "searchset",
            "total": len(found),
            "entry": [{"resource": row.model_dump(exclude_none=True)} for row in found],
        }
    )


app = FHIRStarter(title="YuzuLink FHIR")
app.add_providers(provider)
