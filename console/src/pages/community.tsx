// Community rules (Sigma): which are in use, which cannot be used and why, and what one weighs in this house.
import { Button, Select, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { post, type Shapes } from "../api/client";
import { sigmaRules } from "../api/questions";
import { Answer, Trouble } from "../parts/states";
import { Section, Urgency } from "../parts/words";
import { useSpeech } from "../texts";

type Rule = Shapes["SigmaRule"];
const WEIGHTS = ["info", "low", "medium", "high", "critical"] as const;

export function Community() {
  const { t } = useSpeech();
  const found = useQuery(sigmaRules);
  return (
    <Section title={t("sigma.title")} help={t("sigma.help")}>
      <Answer of={found}>
        {(data) =>
          data.rules.length === 0 ? (
            <p className="muted">{t("sigma.none", { folder: data.folder })}</p>
          ) : (
            <ul className="plain rows">
              {data.rules.map((rule) => (
                <One key={`${rule.file} ${rule.id}`} rule={rule} />
              ))}
            </ul>
          )
        }
      </Answer>
    </Section>
  );
}

function One({ rule }: { rule: Rule }) {
  const { t, lang } = useSpeech();
  return (
    <li className="row">
      <div>
        <strong>{rule.title}</strong> {rule.severity ? <Urgency of={rule.severity} /> : null}{" "}
        <span className="muted">
          {[rule.author, rule.level ? t("sigma.level", { level: rule.level }) : "", rule.file].filter(Boolean).join(" ・ ")}
        </span>
        <p>
          {!rule.used ? (lang === "ja" ? rule.why_ja : rule.why_en) : rule.findings.length === 0 ? t("sigma.hits.none") : `${t("sigma.hits")}: `}
          {rule.findings.map((id) => (
            <Link key={id} to="/findings/$id" params={{ id }}>
              {id}{" "}
            </Link>
          ))}
        </p>
      </div>
      {rule.severity ? <Approve rule={rule} weighs={rule.severity} /> : null}
    </li>
  );
}

function Approve({ rule, weighs }: { rule: Rule; weighs: string }) {
  const { t, id } = useSpeech();
  const client = useQueryClient();
  const [open, setOpen] = useState(false);
  const [severity, setSeverity] = useState<string>(weighs);
  const [reason, setReason] = useState("");
  const save = useMutation({
    mutationFn: () => post<Shapes["SigmaRules"]>(`/api/sigma/${encodeURIComponent(rule.id)}/approve`, { severity, reason: reason.trim() }),
    onSuccess: (next) => {
      client.setQueryData(sigmaRules.queryKey, next);
      setOpen(false);
      setReason("");
    },
  });
  if (!open)
    return (
      <Button className="no-print" variant="default" size="compact-sm" onClick={() => setOpen(true)} aria-label={`${t("sigma.approve")} ${rule.title}`}>
        {t(rule.approved ? "sigma.approve.again" : "sigma.approve")}
      </Button>
    );
  return (
    <form
      className="time-row no-print"
      onSubmit={(event) => {
        event.preventDefault();
        if (reason.trim()) save.mutate();
      }}
    >
      <Select label={t("sigma.weight")} value={severity} onChange={(next) => setSeverity(next ?? weighs)} allowDeselect={false}
        data={WEIGHTS.map((value) => ({ value, label: id("severity", value) }))} />
      <TextInput label={t("sigma.reason")} value={reason} onChange={(event) => setReason(event.currentTarget.value)} required />
      <Button type="submit" loading={save.isPending}>{t("sigma.save")}</Button>
      {save.isError ? <Trouble error={save.error} /> : null}
    </form>
  );
}
