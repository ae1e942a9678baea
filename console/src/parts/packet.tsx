// A packet, opened from any proof: its envelope for everybody, its content with a reason.
import { Button, Drawer, TextInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState, type FormEvent, type ReactNode } from "react";
import { post, type Evidence, type Shapes } from "../api/client";
import { packet } from "../api/questions";
import { count } from "../format";
import { useSpeech } from "../texts";
import { Answer, Trouble } from "./states";
import { useTimes } from "./words";

export function PacketButton({ evidence, children }: { evidence: Evidence; children: ReactNode }) {
  const { t } = useSpeech();
  const [open, setOpen] = useState(false);
  return (
    <>
      <button type="button" className="chip" aria-haspopup="dialog" onClick={() => setOpen(true)}>
        {children}
      </button>
      <Drawer.Root opened={open} onClose={() => setOpen(false)} position="right" size="xl">
        <Drawer.Overlay />
        <Drawer.Content>
          {/* A page has one banner; this is not it. */}
          <Drawer.Header role="presentation">
            <Drawer.Title>{t("packet.title", { n: evidence.packet })}</Drawer.Title>
            <Drawer.CloseButton aria-label={t("app.close")} />
          </Drawer.Header>
          <Drawer.Body>{open ? <PacketView evidence={evidence} /> : null}</Drawer.Body>
        </Drawer.Content>
      </Drawer.Root>
    </>
  );
}

function PacketView({ evidence }: { evidence: Evidence }) {
  const { t } = useSpeech();
  const times = useTimes();
  return (
    <Answer of={useQuery(packet(evidence))}>
      {(data) => (
        <div className="packet">
          <p className="help">{t("packet.help")}</p>
          <dl className="facts">
            <dt>{t("packet.time")}</dt>
            <dd>
              {data.time ? times.exact(data.time) : "–"}
              <span className="muted mono"> {data.time?.replace(/^.*(\.\d+)Z$/, "$1")}</span>
            </dd>
            <dt>{t("packet.length")}</dt>
            <dd>{t("packet.length.value", { n: count(data.length) })}</dd>
          </dl>
          <h3>{t("packet.said")}</h3>
          <p className="help">{t("packet.said.help")}</p>
          {data.said.length === 0 ? (
            <p className="muted">{t("packet.said.none")}</p>
          ) : (
            <ul className="plain said-lines">
              {data.said.map((line) => (
                <li key={line} className="mono">
                  {line}
                </li>
              ))}
            </ul>
          )}
          <h3>{t("packet.layers")}</h3>
          {data.layers.map((layer) => (
            <details key={layer.start} className="layer" open>
              <summary>
                {layer.name} <span className="muted mono">{`@${layer.start} +${layer.length}`}</span>
              </summary>
              <dl className="facts facts-small">
                {layer.fields.map((field) => (
                  <div key={field.name} className="fact">
                    <dt>{field.name.replaceAll("_", " ")}</dt>
                    <dd className="mono">{field.value}</dd>
                  </div>
                ))}
              </dl>
            </details>
          ))}
          <h3>{t("packet.header")}</h3>
          <Hex hex={data.header_hex} start={0} label={t("packet.header")} />
          <h3>{t("packet.payload")}</h3>
          <Content evidence={evidence} data={data} />
        </div>
      )}
    </Answer>
  );
}

function Content({ evidence, data }: { evidence: Evidence; data: Shapes["Packet"] }) {
  const { t } = useSpeech();
  const [reason, setReason] = useState("");
  const open = useMutation({
    mutationFn: (why: string) =>
      post<Shapes["Payload"]>(
        `/api/evidence/${encodeURIComponent(evidence.capture)}/${evidence.packet}/payload?offset=${evidence.offset}`,
        { reason: why },
      ),
  });
  if (data.payload_bytes === 0) return <p className="muted">{t("packet.payload.none")}</p>;
  if (open.data) return <Hex hex={open.data.hex} start={open.data.start} label={t("packet.payload.bytes")} text />;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (reason.trim().length >= 4) open.mutate(reason.trim());
  };
  return (
    <form onSubmit={submit} className="payload-form">
      <p>
        {t("packet.payload.size", { n: count(data.payload_bytes) })}{" "}
        {data.about_patient ? <strong>{t("packet.payload.patient")}</strong> : null}
      </p>
      <TextInput
        label={t("packet.payload.reason")}
        value={reason}
        minLength={4}
        maxLength={500}
        required
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <Button type="submit" variant="default" loading={open.isPending} disabled={reason.trim().length < 4}>
        {t("packet.payload.open")}
      </Button>
      {open.isError ? <Trouble error={open.error} /> : null}
    </form>
  );
}

const LINE = 16;
const HEX_BYTES_MAX = 4096; // shown at once; a longer packet says so by its length above

/** Bytes in lines of sixteen with their place, and as letters where that helps. */
export function Hex({ hex, start, label, text = false }: { hex: string; start: number; label: string; text?: boolean }) {
  const bytes = (hex.match(/../g) ?? []).slice(0, HEX_BYTES_MAX);
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += LINE) {
    const part = bytes.slice(at, at + LINE);
    const letters = part.map((byte) => {
      const code = Number.parseInt(byte, 16);
      return code >= 32 && code < 127 ? String.fromCharCode(code) : "·";
    });
    const place = (start + at).toString(16).padStart(4, "0");
    lines.push(`${place}  ${part.join(" ").padEnd(LINE * 3)}${text ? ` ${letters.join("")}` : ""}`.trimEnd());
  }
  return (
    // A scrolled region must be reachable by keyboard.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <pre className="hex" role="region" aria-label={label} tabIndex={0}>
      {lines.join("\n")}
    </pre>
  );
}
