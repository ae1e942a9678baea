"""Documents of makers attached to devices and models: what can be read in them without a person.

sbom.read(path)      # components of a CycloneDX or SPDX bill of materials, by their own libraries
sheet.read(path)     # answers of an MDS2, MDS or SDS workbook
"""
