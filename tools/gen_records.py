"""Make everything that follows from `schema/records.toml`, the one place where a column is declared.

Writes the Rust rows (`wire/crates/model/src/rows.rs`), the Arrow column builders
(`wire/crates/records/src/generated.rs`), the Python schemas (`src/hinomi/records/generated.py`) and the
page `docs/records.md`. With `--check` it writes nothing and fails when one of them is stale.
"""

from __future__ import annotations

import argparse
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SCHEMA = ROOT / "schema" / "records.toml"
# Said once per batch by `Origin`, not once per row.
ORIGIN = ("site", "sensor", "capture")

# type -> (Rust field, Rust column, pyarrow type, plain words)
TYPES = {
    "time": ("Nanos", "Plain<TimeNs>", 'pa.timestamp("ns", tz="UTC")', "UTC time, nanoseconds"),
    "u16": ("u16", "Plain<UInt16Type>", "pa.uint16()", "whole number, 16 bits"),
    "u32": ("u32", "Plain<UInt32Type>", "pa.uint32()", "whole number, 32 bits"),
    "u64": ("u64", "Plain<UInt64Type>", "pa.uint64()", "whole number, 64 bits"),
    "i64": ("i64", "Plain<Int64Type>", "pa.int64()", "signed whole number, 64 bits"),
    "f64": ("f64", "Plain<Float64Type>", "pa.float64()", "number"),
    "word": ("&'a str", "Words", "pa.dictionary(pa.int32(), pa.utf8())", "one of few texts"),
    "text": ("&'a str", "Texts", "pa.utf8()", "text"),
    "json": ("&'a str", "Texts", "pa.utf8()", "flat JSON object"),
    "mac": ("Mac", "Macs", "pa.utf8()", "Ethernet address"),
    "ip": ("Option<IpAddr>", "Ips", "pa.utf8()", "IP address"),
    "f32list": ("&'a [f32]", "FloatLists", "pa.list_(pa.float32())", "list of 32-bit numbers"),
}
MAYBE = {"Words": "MaybeWords", "Texts": "MaybeTexts", "FloatLists": "MaybeFloatLists"}


@dataclass(frozen=True)
class Column:
    name: str
    kind: str
    optional: bool
    doc: str

    @property
    def rust(self) -> str:
        field = TYPES[self.kind][0]
        return f"Option<{field}>" if self.optional else field

    @property
    def builder(self) -> str:
        column = TYPES[self.kind][1]
        if not self.optional:
            return column
        if column.startswith("Plain<"):
            return column.replace("Plain<", "Maybe<")
        return MAYBE[column]

    @property
    def arrow(self) -> str:
        return TYPES[self.kind][2]


@dataclass(frozen=True)
class Record:
    name: str
    doc: str
    columns: tuple[Column, ...]

    @property
    def title(self) -> str:
        return self.name.capitalize()

    @property
    def own(self) -> list[Column]:
        return [c for c in self.columns if c.name not in ORIGIN]

    @property
    def borrows(self) -> bool:
        return any("'a" in c.rust for c in self.own)


def load(path: Path = SCHEMA) -> list[Record]:
    declared = tomllib.loads(path.read_text("utf-8"))
    common = declared.pop("common")["columns"]
    records = []
    for name, record in declared.items():
        columns = []
        for column, kind, doc in [*common, *record["columns"]]:
            if kind not in TYPES:
                raise SystemExit(f"error: {name}.{column} has the unknown type '{kind}'\nhint: types are {', '.join(TYPES)}")
            columns.append(Column(column.removesuffix("?"), kind, column.endswith("?"), doc))
        records.append(Record(name, record["doc"], tuple(columns)))
    if not records:
        raise SystemExit("error: schema/records.toml declares no record")
    return records


HEAD = "Made by tools/gen_records.py from schema/records.toml; do not edit."


def rows_rs(records: list[Record]) -> str:
    out = [f"//! Rows of the records, and who takes them. {HEAD}", "", "use crate::{Mac, Nanos};", "use std::net::IpAddr;"]
    for record in records:
        life = "<'a>" if record.borrows else ""
        out += ["", f"/// {record.doc}", "#[derive(Clone, Copy, Debug, Default, PartialEq)]", f"pub struct {record.title}{life} {{"]
        for column in record.own:
            out += [f"    /// {column.doc}", f"    pub {column.name}: {column.rust},"]
        out.append("}")
    out += ["", "/// Takes rows as they are said; what becomes of them is its affair.", "pub trait Sink {"]
    for record in records:
        life = "<'_>" if record.borrows else ""
        out.append(f"    fn {record.name}(&mut self, row: &{record.title}{life});")
    out.append("}")
    return "\n".join(out) + "\n"


def generated_rs(records: list[Record]) -> str:
    out = [
        f"//! Arrow column builders of the records. {HEAD}",
        "",
        "use crate::column::*;",
        "use arrow_array::types::*;",
        "use arrow_array::RecordBatch;",
        "use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef};",
        "use hinomi_model::rows;",
        "use std::sync::{Arc, LazyLock};",
    ]
    for record in records:
        columns = f"{record.title}Columns"
        life = "<'_>" if record.borrows else ""
        out += ["", f"/// {record.doc}", "#[derive(Default)]", f"pub struct {columns} {{", "    rows: usize,"]
        out += [f"    {c.name}: {c.builder}," for c in record.own]
        out += ["}", "", f"impl {columns} {{"]
        out += [f'    pub const RECORD: &\'static str = "{record.name}";', ""]
        out += ["    pub fn schema() -> SchemaRef {", "        static SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {"]
        out += ["            Arc::new(Schema::new(vec!["]
        for c in record.columns:
            out.append(f'                Field::new("{c.name}", {data_type(c)}, {str(c.optional).lower()}),')
        out += ["            ]))", "        });", "        SCHEMA.clone()", "    }", ""]
        out += [f"    pub fn push(&mut self, row: &rows::{record.title}{life}) {{", "        self.rows += 1;"]
        out += [f"        self.{c.name}.push(row.{c.name});" for c in record.own]
        out += ["    }", "", "    pub fn rows(&self) -> usize {", "        self.rows", "    }", ""]
        heavy = [c for c in record.own if c.builder in {"Texts", "MaybeTexts", "FloatLists", "MaybeFloatLists"}]
        total = " + ".join(f"self.{c.name}.bytes()" for c in heavy) or "0"
        out += ["    /// Bytes held in columns of unlimited width.", "    pub fn bytes(&self) -> usize {", f"        {total}", "    }", ""]
        out += ["    /// What was pushed since the last call, as one batch.", "    pub fn finish(&mut self, origin: &Origin) -> Result<RecordBatch, ArrowError> {"]
        out += ["        let rows = std::mem::take(&mut self.rows);", "        RecordBatch::try_new(", "            Self::schema(),", "            vec!["]
        for c in record.columns:
            if c.name in ORIGIN:
                out.append(f"                constant(&origin.{c.name}, rows)?,")
            else:
                out.append(f"                self.{c.name}.finish()?,")
        out += ["            ],", "        )", "    }", "}"]
    names = ", ".join(f'"{r.name}"' for r in records)
    out += ["", "/// Names of the records, in the order of their declaration.", f"pub static RECORDS: &[&str] = &[{names}];"]
    out += ["", "/// Columns of all records.", "#[derive(Default)]", "pub struct Tables {"]
    out += [f"    pub {r.name}: {r.title}Columns," for r in records]
    out += ["}", "", "impl rows::Sink for Tables {"]
    for r in records:
        life = "<'_>" if r.borrows else ""
        out += [f"    fn {r.name}(&mut self, row: &rows::{r.title}{life}) {{", f"        self.{r.name}.push(row);", "    }", ""]
    out[-1] = "}"
    out += ["", "impl Tables {", "    /// Batches of every record that has at least `rows_min` rows or `bytes_min` bytes of text."]
    out += ["    pub fn finish(", "        &mut self,", "        rows_min: usize,", "        bytes_min: usize,", "        origin: &Origin,"]
    out += ["        out: &mut Vec<(&'static str, RecordBatch)>,", "    ) -> Result<(), ArrowError> {"]
    for r in records:
        out += [
            f"        if self.{r.name}.rows() >= rows_min.max(1) || self.{r.name}.bytes() >= bytes_min.max(1) {{",
            f'            out.push(("{r.name}", self.{r.name}.finish(origin)?));',
            "        }",
        ]
    out += ["        Ok(())", "    }", "}"]
    return "\n".join(out) + "\n"


def data_type(column: Column) -> str:
    return {
        "time": "time_type()",
        "u16": "DataType::UInt16",
        "u32": "DataType::UInt32",
        "u64": "DataType::UInt64",
        "i64": "DataType::Int64",
        "f64": "DataType::Float64",
        "word": "word_type()",
        "f32list": "float_list_type()",
    }.get(column.kind, "DataType::Utf8")


def generated_py(records: list[Record]) -> str:
    out = [
        f'"""Arrow schemas of the records. {HEAD}"""',
        "",
        "from __future__ import annotations",
        "",
        "from typing import Final",
        "",
        "import pyarrow as pa",
        "",
    ]
    for record in records:
        out += [f"# {record.doc}", f"{record.name.upper()}: Final = pa.schema(", "    ["]
        for c in record.columns:
            out.append(f'        pa.field("{c.name}", {c.arrow}, nullable={c.optional}),')
        out += ["    ]", ")", ""]
    out += ["SCHEMAS: Final[dict[str, pa.Schema]] = {"]
    out += [f'    "{r.name}": {r.name.upper()},' for r in records]
    out += ["}", "", "RECORDS: Final = tuple(SCHEMAS)", ""]
    out += ["# What each column means, by record and column.", "DOCS: Final[dict[str, dict[str, str]]] = {"]
    for r in records:
        out.append(f'    "{r.name}": {{')
        out += [f"        {quoted(c.name)}: {quoted(c.doc)}," for c in r.columns]
        out.append("    },")
    out += ["}", ""]
    for r in records:
        out += ["", f"class {r.title}:", f'    """Column names of the record {r.name}."""', ""]
        out += [f'    {c.name.upper()}: Final = "{c.name}"' for c in r.columns]
        out.append("")
    return "\n".join(out).rstrip("\n") + "\n"


def quoted(text: str) -> str:
    """A Python literal, broken where it would pass the line length."""
    literal = '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if len(literal) <= 80:
        return literal
    words, lines = text.split(" "), [""]
    for word in words:
        if len(lines[-1]) + len(word) > 80:
            lines.append("")
        lines[-1] += word + " "
    lines[-1] = lines[-1][:-1]
    body = "\n".join("            " + '"' + line.replace("\\", "\\\\").replace('"', '\\"') + '"' for line in lines)
    return f"(\n{body}\n        )"


def records_md(records: list[Record]) -> str:
    out = ["# The six records of the wire", "", f"<!-- {HEAD} -->", ""]
    out += ["Everything that leaves `wire` is a row of one of these. A `?` marks a column that may be null;", "other columns are never null (a missing text is the empty text).", ""]
    for record in records:
        out += [f"## {record.name}", "", record.doc, "", "| column | type | meaning |", "|---|---|---|"]
        for c in record.columns:
            doc = c.doc.replace("|", "\\|")
            out.append(f"| `{c.name}{'?' if c.optional else ''}` | {TYPES[c.kind][3]} | {doc} |")
        out.append("")
    return "\n".join(out).rstrip("\n") + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="fail when a generated file is stale; write nothing")
    check = parser.parse_args().check
    records = load()
    stale = 0
    for name, made in {
        "wire/crates/model/src/rows.rs": rows_rs(records),
        "wire/crates/records/src/generated.rs": generated_rs(records),
        "src/hinomi/records/generated.py": generated_py(records),
        "docs/records.md": records_md(records),
    }.items():
        path = ROOT / name
        if path.exists() and path.read_text("utf-8") == made:
            continue
        stale += 1
        if check:
            print(f"error: {name} is stale\nhint: run python tools/gen_records.py")
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(made, "utf-8")
            print(f"wrote {name}")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
