import { Checkbox, Select, Textarea, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { post, type Shapes } from "../api/client";
import { groups } from "../api/inventory";
import { vocabulary } from "../api/questions";
import { Dialog } from "../parts/dialog";
import { Answer } from "../parts/states";
import { DeviceName, Head, Section } from "../parts/words";
import { useSpeech } from "../texts";

export function GroupsPage() {
  const { t } = useSpeech();
  const now = useQuery(groups);
  return (
    <div className="page page-narrow">
      <Head title={t("groups.title")} help={t("groups.help")} />
      <Answer of={now}>
        {(data) => (
          <>
            {data.items.length === 0 ? (
              <div className="nothing">
                <p>{t("groups.none")}</p>
              </div>
            ) : (
              data.items.map((group) => <Alike key={group.id} group={group} />)
            )}
            {data.alone > 0 ? (
              <p>
                <Link to="/devices" search={{ unknown: true }}>
                  {t("groups.alone", { n: data.alone })}
                </Link>
              </p>
            ) : null}
          </>
        )}
      </Answer>
    </div>
  );
}

function Alike({ group }: { group: Shapes["Group"] }) {
  const { t, id } = useSpeech();
  return (
    <Section
      title={`${t("groups.count", { n: group.count })} ${group.members[0]?.label ?? ""}${group.count > 1 ? "…" : ""}`}
      tools={<Name group={group} />}
    >
      <p>
        {group.members.map((device, place) => (
          <span key={device.id}>
            {place > 0 ? "、" : ""}
            <DeviceName of={device} bare />
          </span>
        ))}
        {group.count > group.members.length ? ` ${t("app.more", { n: group.count - group.members.length })}` : ""}
      </p>
      <h3>{t("groups.shared")}</h3>
      {group.shared.length === 0 ? (
        <p className="muted">{t("groups.shared.none")}</p>
      ) : (
        <dl className="facts facts-small">
          {group.shared.map((one) => (
            <div key={`${one.clue} ${one.value}`} className="fact">
              <dt title={one.clue}>{id("clue", one.clue)}</dt>
              <dd className="mono">{one.value}</dd>
            </div>
          ))}
        </dl>
      )}
    </Section>
  );
}

function Name({ group }: { group: Shapes["Group"] }) {
  const { t, w } = useSpeech();
  const types = useQuery(vocabulary).data?.types ?? [];
  const [type, setType] = useState<string | null>(null);
  const [manufacturer, setMaker] = useState("");
  const [model, setModel] = useState("");
  const [reason, setReason] = useState("");
  const [teach, setTeach] = useState(false);
  const said = type || manufacturer.trim() || model.trim();
  return (
    <Dialog
      label={t("groups.name")}
      title={t("groups.name.title", { n: group.count })}
      help={t("groups.name.help")}
      save={t("groups.name.save")}
      ready={Boolean(said) && reason.trim() !== ""}
      act={() =>
        post(`/api/groups/${encodeURIComponent(group.id)}/name`, {
          type: type ?? "",
          manufacturer: manufacturer.trim(),
          model: model.trim(),
          reason: reason.trim(),
          teach,
        })
      }
    >
      <Select
        label={t("groups.name.type")}
        data={types.filter((one) => one.id !== "unknown").map((one) => ({ value: one.id, label: w(one.words) }))}
        value={type}
        onChange={setType}
        searchable
        clearable
      />
      <TextInput label={t("groups.name.maker")} value={manufacturer} maxLength={200} onChange={(e) => setMaker(e.currentTarget.value)} />
      <TextInput label={t("groups.name.model")} value={model} maxLength={200} onChange={(e) => setModel(e.currentTarget.value)} />
      <Textarea
        label={t("groups.name.reason")}
        value={reason}
        maxLength={2000}
        autosize
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      {group.teachable ? (
        <Checkbox
          label={t("groups.name.teach", { clue: group.teachable.clue, value: group.teachable.value })}
          checked={teach}
          onChange={(event) => setTeach(event.currentTarget.checked)}
        />
      ) : (
        <p className="muted small">{t("groups.name.cannot")}</p>
      )}
    </Dialog>
  );
}
