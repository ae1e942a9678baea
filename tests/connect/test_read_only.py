"""No connector contains an operation that sets, activates or writes anything on a device."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import hinomi.connect
from hinomi.connect import bcap
from hinomi.connect.registry import KINDS

FOLDER = Path(hinomi.connect.__file__).parent
FILES = sorted(FOLDER.rglob("*.py"))
# Names by which the libraries and protocols call what we never do.
NEVER = re.compile(
    r"put_?value|setvalue|set_value|set_numeric|set_string|set_alert|set_context|set_metric|set_component|"
    r"set_service|activate|invoke_op|operation_invoker|n_action|n_delete|send_n_|send_c_|c_store_request|"
    r"variable_put|execute|robot_|\.post\(|\.put\(|\.patch\(|\.delete\(|port\.write|\.writelines\(|"
    r"start_push|send_message",
    re.IGNORECASE,
)


def code(path: Path) -> str:
    """The file without its docstrings: they may say what is not done."""
    tree = ast.parse(path.read_text("utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node) is not None:
            node.body = node.body[1:] or [ast.Pass()]
    return ast.unparse(tree)


def test_every_kind_has_its_file_and_all_are_looked_at():
    assert {name.rsplit(".", 1)[1] for name in KINDS.values()} <= {path.stem for path in FILES}
    assert len(FILES) > 10


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_nothing_is_set_activated_or_written(path):
    found = NEVER.findall(code(path))
    # A class method's `activation` word inside a comment cannot get here: comments are gone.
    assert not found, f"{path.name}: {found}"


def test_the_pattern_can_fail():
    for line in ("client.set_numeric_value(1)", "port.write(b'x')", "call(VARIABLE_PUTVALUE)", "client.post(url)"):
        assert NEVER.search(line)


# Who may put bytes on a socket that leads to a device, and which.
SENDS = {"bcap.py": 1, "hl7.py": 1, "line.py": 2}


def test_only_questions_and_acknowledgements_are_sent():
    counted = {}
    for path in FILES:
        count = len(re.findall(r"\.sendall\(|wfile\.write\(|\.send\(|\.sendto\(", code(path)))
        if count:
            counted[path.name] = count
    assert set(counted) == set(SENDS), counted
    assert counted["bcap.py"] == SENDS["bcap.py"] and counted["hl7.py"] == SENDS["hl7.py"]


def test_bcap_asks_only_to_read():
    assert set(bcap.ASKS) == {"service_start", "service_stop", "connect", "disconnect", "find", "read", "let_go"}
    assert 102 not in bcap.ASKS.values(), "102 is Variable_PutValue"
