"""What the API says when it cannot answer: one sentence and a hint, in both languages."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from hinomi import texts
from hinomi.api import shapes
from hinomi.api.shapes import Words

if TYPE_CHECKING:
    from starlette.types import Scope

_log = logging.getLogger("hinomi.api")
MEDIA_TYPE = "application/problem+json"
# For the OpenAPI description: every answer that is not the wanted one looks like this.
DESCRIBED: dict[str, Any] = {"description": "Problem", "model": shapes.Problem}

_SAYS: dict[str, tuple[Words, Words]] = {
    "api.host": (
        Words(ja="この名前では応答しません。", en="Hinomi does not answer to this name."),
        Words(ja="起動時に表示されたアドレスで開いてください。", en="Open the address that was printed at the start."),
    ),
    "api.origin": (
        Words(ja="ほかの画面からの操作は受け付けません。", en="A change asked for by another site is refused."),
        Words(ja="火の見の画面から操作してください。", en="Do it in Hinomi's own console."),
    ),
    "api.too_long": (
        Words(ja="送られた内容が長すぎます。", en="What was sent is too long."),
        Words(ja="文を短くしてください。", en="Shorten the text."),
    ),
    "api.no_length": (
        Words(ja="長さの分からない内容は受け付けません。", en="What is sent must say its length."),
        Words(ja="Content-Length を付けてください。", en="Send it with a Content-Length."),
    ),
    "api.not_json": (
        Words(ja="JSON以外の内容は受け付けません。", en="Only JSON is taken."),
        Words(ja="Content-Type を application/json にしてください。", en="Send it as application/json."),
    ),
    "api.not_understood": (
        Words(ja="質問の形が正しくありません。", en="The question is not well formed."),
        Words(ja="/api/openapi.json に書かれた形に合わせてください。",
              en="Compare it with the description at /api/openapi.json."),
    ),
    "api.not_found": (
        Words(ja="見つかりません。", en="There is no such thing here."),
        Words(ja="一覧から選び直してください。", en="Choose it again from its list."),
    ),
    "api.not_allowed": (
        Words(ja="この操作はできません。", en="This cannot be done here."),
        Words(ja="", en=""),
    ),
    "api.sign_in": (
        Words(ja="サインインが必要です。", en="Sign in first."),
        Words(ja="名前とパスワードでサインインしてください。", en="Sign in with your name and password."),
    ),
    "api.no_right": (
        Words(ja="あなたの役割ではこの操作はできません。", en="Your role does not allow this."),
        Words(ja="必要なときは火の見の管理者に頼んでください。", en="Ask Hinomi's administrator if you need it."),
    ),
    "api.todo_password": (
        Words(ja="先に、渡されたパスワードを自分のものに変えてください。",
              en="First replace the password you were given by one of your own."),
        Words(ja="設定のページで変えられます。", en="The settings page does it."),
    ),
    "api.todo_second_factor": (
        Words(ja="先に、二つ目の認証を設定してください。", en="First set up the second factor."),
        Words(ja="短いパスワードには必要です。設定のページで行えます。",
              en="A short password needs it; the settings page does it."),
    ),
    "api.nobody_yet": (
        Words(ja="ここではアカウントの操作はできません。", en="There is no account to act on here."),
        Words(ja="最初の管理者は hinomi people add で作ります。",
              en="The first administrator is made with hinomi people add."),
    ),
    "api.failed": (
        Words(ja="火の見の内部で問題が起きました。", en="Something failed inside Hinomi."),
        Words(ja="記録(ログ)を確認してください。読み取った内容は失われていません。",
              en="See the log. Nothing that was read is lost."),
    ),
    "api.no_console": (
        Words(ja="画面がまだ組み立てられていません。", en="The console has not been built."),
        Words(ja="console/ で npm ci と npm run build を実行してください。",
              en="Run npm ci and npm run build in console/."),
    ),
}  # fmt: skip


class RefusedError(Exception):
    """Raised by a route: the id of the sentence, and the status."""

    def __init__(self, id: str, status: int) -> None:
        super().__init__(id)
        self.id = id
        self.status = status


def not_found() -> RefusedError:
    return RefusedError("api.not_found", 404)


def answer(id: str, status: int, *, detail: str = "") -> JSONResponse:
    """The sentence `id` as a problem response; `detail` is added to the English hint."""
    title, hint = _SAYS[id]
    return _response(id, status, title, Words(ja=hint.ja, en=f"{hint.en} {detail}".strip()))


def _response(id: str, status: int, title: Words, hint: Words) -> JSONResponse:
    body = shapes.Problem(
        type=f"urn:hinomi:problem:{id}",
        status=status,
        title=title.en,
        hint=hint.en,
        title_ja=title.ja,
        hint_ja=hint.ja,
    )
    return JSONResponse(body.model_dump(), status, media_type=MEDIA_TYPE)


def of_texts(problem: texts.Problem, status: int) -> JSONResponse:
    """A sentence that another room says."""
    both = {lang: (problem.sentence(lang), problem.hint(lang)) for lang in texts.LANGUAGES}
    return _response(
        problem.id,
        status,
        Words(ja=both["ja"][0], en=both["en"][0]),
        Words(ja=both["ja"][1], en=both["en"][1]),
    )


_STATUS = {
    "people.wrong": 401, "people.wrong_code": 401, "people.code_needed": 401, "people.wrong_again": 403,
    "people.second_wanted": 401, "people.passkey_needed": 401, "people.passkey_refused": 401,
    "people.passkey_over": 409, "people.passkey_there": 409, "people.passkey_place": 409, "people.passkey_none": 409,
    "vendor.link_ended": 410,
    "oidc.off": 409, "oidc.over": 409, "oidc.refused": 401, "oidc.no_role": 401, "oidc.name_there": 409,
    "oidc.silent": 503, "oidc.other_issuer": 503, "oidc.bad_settings": 503, "oidc.bad_roles": 503,
    "people.sign_in_anew": 403, "home.locked": 409,
    "people.wait": 429, "people.there": 409, "people.last_administrator": 409, "people.first_is_administrator": 409,
    "home.settings_by_hand": 409, "home.settings_time_zone": 422,
}  # fmt: skip


def _status(id: str) -> int:
    if id in _STATUS:
        return _STATUS[id]
    if id.endswith((".unknown", ".gone", "_unknown", "_gone", ".missing")):
        return 404
    return 503 if id.startswith("home.") else 422


def install(app: FastAPI) -> None:
    """Every error leaves as a problem; none says more of the inside than its sentence."""

    @app.exception_handler(RefusedError)
    async def _refused(_: Request, error: RefusedError) -> JSONResponse:
        return answer(error.id, error.status)

    @app.exception_handler(texts.Problem)
    async def _problem(_: Request, error: texts.Problem) -> JSONResponse:
        response = of_texts(error, _status(error.id))
        if response.status_code == 429:
            response.headers["Retry-After"] = str(error.facts.get("seconds", 60))
        return response

    @app.exception_handler(RequestValidationError)
    async def _invalid(_: Request, error: RequestValidationError) -> JSONResponse:
        places = {".".join(str(part) for part in fault["loc"]) for fault in error.errors()}
        return answer("api.not_understood", 422, detail=f"({', '.join(sorted(places))[:200]})")

    @app.exception_handler(HTTPException)
    async def _http(_: Request, error: HTTPException) -> JSONResponse:
        id = "api.not_found" if error.status_code == 404 else "api.not_allowed"
        response = answer(id, error.status_code)
        response.headers.update(error.headers or {})
        return response

    @app.exception_handler(Exception)
    async def _failed(request: Request, error: Exception) -> JSONResponse:
        _log.error("%s %s failed", request.method, request.url.path, exc_info=error)
        return answer("api.failed", 500)


def in_own_media_type(description: dict[str, Any]) -> dict[str, Any]:
    """The OpenAPI description with every problem under its own media type, as it is sent."""
    for acts in description["paths"].values():
        for route in acts.values():
            route["responses"].pop("422", None)  # told by `default`, and not in FastAPI's own shape
            content = route["responses"].get("default", {}).get("content", {})
            if "application/json" in content:
                content[MEDIA_TYPE] = content.pop("application/json")
    for name in ("HTTPValidationError", "ValidationError"):
        description.get("components", {}).get("schemas", {}).pop(name, None)
    return description


def refuse(scope: Scope, id: str, status: int) -> JSONResponse:
    """A refusal by the guard, before any route."""
    del scope
    return answer(id, status)
