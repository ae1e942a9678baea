// One advisory with the devices it concerns, and ends of support: for the page and for one device.
import { Select, Textarea } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { post, type Shapes } from "../api/client";
import { useSpeech } from "../texts";
import { Dialog } from "./dialog";
import { DeviceName, Use } from "./words";

type Row = Shapes["WeaknessRow"];
const STANDINGS = ["confirmed", "possible", "fixed", "not_affected"] as const;

export function Advisory({ of, alone = false }: { of: Row; alone?: boolean }) {
  const { t, w } = useSpeech();
  return (
    <article className="weak" aria-label={of.title}>
      {alone ? <h3>{of.title}</h3> : <h2>{of.title}</h2>}
      <p className="weak-marks">
        {of.known_exploited ? <span className="weak-mark alarm">{t("weak.kev")}</span> : null}
        {of.ransomware ? <span className="weak-mark alarm">{t("weak.ransomware")}</span> : null}
        {of.score === null ? null : <span className="weak-mark">{t("weak.score", { score: of.score.toFixed(1) })}</span>}
        {of.epss === null ? null : <span className="weak-mark">{t("weak.epss", { percent: (of.epss * 100).toFixed(0) })}</span>}
        <span className="muted mono">{[...new Set([of.id.split("#")[0], ...of.cves])].join(" ")}</span>
      </p>
      <p className="muted small">
        {t("weak.source", { publisher: of.publisher, date: of.published.slice(0, 10) })}
        {of.url ? (
          <>
            {" ・ "}
            <a href={of.url} target="_blank" rel="noreferrer">
              {t("weak.open")}
            </a>
          </>
        ) : null}
      </p>
      {of.remedy ? (
        <p>
          <strong>{t("weak.remedy")}</strong> {of.remedy}
        </p>
      ) : null}
      <ul className="plain rows">
        {of.devices.map((one) => (
          <li key={one.device.id} className="row row-stack">
            <span>
              <span className={`weak-standing weak-${one.standing}`}>{t(`weak.standing.${one.standing}`)}</span>{" "}
              {alone ? null : <DeviceName of={one.device} />} {alone || one.in_use !== "yes" ? null : <Use of={one.in_use} />}
            </span>
            <span className="muted small">
              {w(one.why)} ・ {one.word ? <Unsay id={one.word} /> : <Say advisory={of.id} device={one.device.id} />}
            </span>
          </li>
        ))}
      </ul>
    </article>
  );
}

function Say({ advisory, device }: { advisory: string; device: string }) {
  const { t } = useSpeech();
  const [standing, setStanding] = useState<string>("not_affected");
  const [reason, setReason] = useState("");
  return (
    <Dialog
      quiet
      label={t("weak.say")}
      title={t("weak.say.title")}
      help={t("weak.say.help")}
      save={t("weak.say.save")}
      ready={reason.trim() !== ""}
      act={() => post("/api/weaknesses/words", { advisory, device, standing, reason: reason.trim() })}
    >
      <Select
        label={t("weak.say.standing")}
        data={STANDINGS.map((value) => ({ value, label: t(`weak.standing.${value}`) }))}
        value={standing}
        onChange={(next) => setStanding(next ?? "not_affected")}
        allowDeselect={false}
      />
      <Textarea
        label={t("weak.say.reason")}
        value={reason}
        maxLength={2000}
        autosize
        onChange={(event) => setReason(event.currentTarget.value)}
      />
    </Dialog>
  );
}

function Unsay({ id }: { id: string }) {
  const { t } = useSpeech();
  const client = useQueryClient();
  const undo = useMutation({
    mutationFn: () => post(`/api/weaknesses/words/${encodeURIComponent(id)}/undo`, { reason: t("weak.unsay.reason") }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["weaknesses"] }),
  });
  return (
    <>
      {t("weak.word")}{" "}
      <button type="button" className="link-button no-print" disabled={undo.isPending} onClick={() => undo.mutate()}>
        {t("weak.unsay")}
      </button>
    </>
  );
}

export function Ends({ of, alone = false }: { of: Shapes["SupportEnd"][]; alone?: boolean }) {
  const { t } = useSpeech();
  return (
    <ul className="plain rows">
      {of.map((end) => (
        <li key={`${end.device.id} ${end.what}`} className="row">
          <span>
            {alone ? null : (
              <>
                <DeviceName of={end.device} bare />{" "}
              </>
            )}
            {end.name}
          </span>
          <span className={end.over ? "weak-standing weak-confirmed" : "muted small"}>
            {t(end.over ? "weak.ends.over" : end.soon ? "weak.ends.soon" : "weak.ends.later", { date: end.ends })}{" "}
            <span className="muted small">
              {end.source === "person" ? (
                t("weak.ends.person")
              ) : end.source === "ledger" ? (
                t("weak.ends.ledger")
              ) : (
                <a href={end.source} target="_blank" rel="noreferrer">
                  {t("weak.ends.page")}
                </a>
              )}
            </span>
          </span>
        </li>
      ))}
    </ul>
  );
}
