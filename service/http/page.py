"""The OpenAPI document as a page to read: one file of HTML, no script, nothing fetched. Pure."""

import shlex
from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import msgspec

_CSS = (Path(__file__).parent / "page.css").read_text("utf-8")

Json = Mapping[str, Any]


def page(document: Json) -> str:
    """The whole page. Everything that the document says is escaped."""
    info, server = document["info"], document["servers"][0]["url"]
    sections = _sections(document)
    contents = "".join(
        f"<h2>{escape(tag)}</h2><ul>{''.join(map(_entry, operations))}</ul>"
        for tag, operations in sections.items()
    )
    operations = "".join(
        f'<h2 id="{escape(tag)}">{escape(tag.capitalize())}</h2>'
        + "".join(_operation(*each, server=server) for each in operations)
        for tag, operations in sections.items()
    )
    schemas = "".join(_schema(name, each) for name, each in document["components"]["schemas"].items())
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(info['title'])}: the HTTP API</title><style>{_CSS}</style></head><body>"
        f'<div class="page"><nav aria-label="Contents"><a href="#top"><strong>{escape(info["title"])}</strong></a>'
        f'{contents}<h2><a href="#schemas">Schemas</a></h2></nav><main id="top"><h1>The HTTP API</h1>'
        f"{_prose(info['description'])}"
        '<p>For programs: <a href="/schema/openapi.json">/schema/openapi.json</a> (OpenAPI 3.1).'
        " The commands below take the key from a variable:"
        f" <code>KEY=&quot;Authorization: Bearer YOUR_KEY&quot;</code></p>"
        f'{operations}<h2 id="schemas">Schemas</h2>{schemas}</main></div></body></html>'
    )


_Operation = tuple[str, str, Json]  # method, path or name of a webhook, what the document says of it


def _sections(document: Json) -> dict[str, list[_Operation]]:
    """The operations by tag, webhooks last."""
    found: dict[str, list[_Operation]] = {}
    for places in (document["paths"], document["webhooks"]):
        for path, methods in places.items():
            for method, operation in methods.items():
                found.setdefault(operation["tags"][0], []).append((method, path, operation))
    return dict(sorted(found.items(), key=lambda each: (each[0] == "webhooks", each[0])))


def _entry(operation: _Operation) -> str:
    method, path, told = operation
    name = escape(path.removeprefix("/v1"))
    return (
        f'<li><a href="#{told["operationId"]}" title="{escape(told["summary"])}">'
        f'<span class="method">{method.upper()}</span>{name}</a></li>'
    )


def _operation(method: str, path: str, told: Json, *, server: str) -> str:
    parts = [
        f'<article id="{told["operationId"]}"><h3><span class="method">{method.upper()}</span>{escape(path)}</h3>',
        f"<p><strong>{escape(told['summary'])}</strong></p>",
        _prose(told["description"]),
    ]
    if parameters := told.get("parameters"):
        rows = "".join(map(_parameter, parameters))
        parts.append(f"<h4>Parameters</h4><table>{rows}</table>")
    if body := told.get("requestBody"):
        rows = "".join(
            f"<tr><td><code>{escape(name)}</code></td><td>{_type(each['schema'])}</td></tr>"
            for name, each in body["content"].items()
        )
        parts.append(f"<h4>Body</h4><table>{rows}</table>")
    if path.startswith("/"):
        parts.append(f"<h4>Example</h4><pre>{escape(_command(method, path, told, server))}</pre>")
    rows = "".join(_response(status, each) for status, each in told["responses"].items())
    parts.append(f"<h4>Answers</h4><table>{rows}</table></article>")
    return "".join(parts)


def _parameter(parameter: Json) -> str:
    schema = parameter["schema"]
    bounds = [f"{word} {schema[key]}" for key, word in _BOUNDS.items() if key in schema]
    marks = '<span class="required">required</span> ' if parameter.get("required") else ""
    place = f" ({parameter['in']})" if parameter["in"] != "query" else ""
    return (
        f"<tr><td><code>{escape(parameter['name'])}</code></td><td>{marks}"
        f'<span class="type">{_type(schema)}{escape(place)} {escape(", ".join(bounds))}</span><br>'
        f"{_marked(parameter.get('description', ''))}</td></tr>"
    )


_BOUNDS = {"minimum": "from", "maximum": "to", "default": "default", "format": "as"}


def _response(status: str, response: Json) -> str:
    content = response.get("content", {})
    bodies = "<br>".join(
        f"<code>{escape(media_type)}</code> {_type(each['schema'])}" for media_type, each in content.items()
    )
    told = "<br>".join(escape(line.removeprefix("- ")) for line in response["description"].splitlines())
    if status[0] in "45":
        told = f"<details><summary>{escape(_KINDS.get(status, 'A problem'))}</summary>{told}</details>"
        bodies = ""
    return f"<tr><td><code>{escape(status)}</code></td><td>{told} {bodies}</td></tr>"


_KINDS = {
    "400": "The request cannot be understood",
    "401": "Who is asking?",
    "403": "Not with this key",
    "404": "There is no such thing",
    "409": "It stands otherwise",
    "412": "It has changed meanwhile",
    "413": "Too large",
    "415": "Not this type",
    "422": "It makes no sense",
    "429": "Too many requests",
    "500": "The service failed",
    "503": "Not right now",
}


def _command(method: str, path: str, told: Json, server: str) -> str:
    """A command for a terminal that sends the documented example."""
    query = {}
    for parameter in told.get("parameters", ()):
        if parameter["in"] == "path":
            path = path.replace(f"{{{parameter['name']}}}", str(parameter["example"]))
        elif parameter["in"] == "query" and "example" in parameter:
            query[parameter["name"]] = parameter["example"]
    words = ["curl", "-s"]
    if method != "get":
        words += ["-X", method.upper()] if method != "post" else []
    lines = [" ".join(words)]
    if told["security"]:
        lines[0] += ' -H "$KEY"'
    for media_type, body in told.get("requestBody", {}).get("content", {}).items():
        if "example" in body:
            lines[0] += f' -H "Content-Type: {media_type}"'
            lines.append("  -d " + shlex.quote(msgspec.json.encode(body["example"]).decode()))
            break
    lines.append(f'  "{server}{path}{"?" + urlencode(query) if query else ""}"')
    return " \\\n".join(lines)


def _schema(name: str, schema: Json) -> str:
    required = schema.get("required", ())
    rows = "".join(
        f"<tr><td><code>{escape(key)}</code></td><td>"
        f'<span class="type">{_type(each)}</span>{"" if key in required else " may be left out"}</td></tr>'
        for key, each in schema.get("properties", {}).items()
    )
    return (
        f'<article id="schema-{escape(name)}"><h3>{escape(name)}</h3>{_prose(schema.get("description", ""))}'
        f"<table>{rows}</table></article>"
    )


def _type(schema: Json) -> str:
    """A schema in a few words, with links to those it names."""
    if reference := schema.get("$ref"):
        name = escape(reference.rpartition("/")[2])
        return f'<a href="#schema-{name}">{name}</a>'
    if "allOf" in schema:
        return _type(schema["allOf"][0])
    if "anyOf" in schema:
        return " or ".join(_type(each) for each in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(escape(str(each)) for each in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_type(schema['items']) if schema.get('items') else 'anything'}"
    return escape(str(schema.get("format") or schema.get("type") or schema.get("const", "anything")))


def _prose(text: str) -> str:
    return "".join(f"<p>{_marked(part)}</p>" for part in text.split("\n\n") if part.strip())


def _marked(text: str) -> str:
    """Text with `code` in backquotes."""
    return "".join(_pieces(text.split("`")))


def _pieces(parts: list[str]) -> Iterator[str]:
    for number, part in enumerate(parts):
        yield f"<code>{escape(part)}</code>" if number % 2 else escape(part)
