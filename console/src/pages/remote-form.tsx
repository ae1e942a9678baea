// Declaring, changing and ending a remote-maintenance path.
import { Button, Checkbox, MultiSelect, Textarea, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import type { Shapes } from "../api/client";
import { devices, vocabulary } from "../api/questions";
import { localInput, zonedTime } from "../format";
import { Trouble } from "../parts/states";
import { useSpeech, type Key } from "../texts";
import { useRegisterAct } from "./remote";

type Path = Shapes["RemotePath"];
type Ask = Shapes["RemotePathAsk"];
type Week = Shapes["WeeklyTime"];
type Once = { start: string; end: string }; // as the two inputs hold it: local, without zone

const words = (text: string) => text.split(/[\s,、]+/).filter(Boolean);

export function PathForm({ path, close, saved }: { path?: Path; close: () => void; saved: () => void }) {
  const { t } = useSpeech();
  const zone = useQuery(vocabulary).data?.time_zone ?? "Asia/Tokyo";
  const [text, setText] = useState({
    vendor: path?.vendor ?? "",
    peers: path?.peers.map((peer) => peer.value).join("\n") ?? "",
    services: path?.services.join(" ") ?? "",
    countries: path?.countries.join(" ") ?? "",
    approver: path?.approver ?? "",
    ticket: path?.ticket ?? "",
    line: path?.line ?? "",
    box: path?.box ?? "",
    firmware: path?.firmware ?? "",
    note: path?.note ?? "",
  });
  const [reached, setReached] = useState(path?.devices.map((device) => ({ value: device.id, label: device.label })) ?? []);
  const [weekly, setWeekly] = useState<Week[]>(path?.weekly ?? []);
  const [windows, setWindows] = useState<Once[]>(
    path?.windows.map((one) => ({ start: localInput(one.start, zone), end: localInput(one.end, zone) })) ?? [],
  );
  const [missing, setMissing] = useState(false);
  const save = useRegisterAct<Ask>(
    () => "/api/remote",
    (ask) => ask,
    () => {
      saved();
      close();
    },
  );
  const peers = text.peers.split("\n").map((line) => line.trim()).filter(Boolean);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const lacking = peers.length === 0 || reached.length === 0;
    setMissing(lacking);
    if (lacking) return;
    save.mutate({
      ...text,
      id: path?.id ?? "",
      peers,
      devices: reached.map((one) => one.value),
      services: words(text.services),
      countries: words(text.countries),
      weekly: weekly.filter((week) => week.days.length > 0),
      windows: windows
        .filter((one) => one.start && one.end)
        .map((one) => ({ start: zonedTime(one.start, zone), end: zonedTime(one.end, zone) })),
    });
  };
  const field = (name: keyof typeof text, label: Key) => (
    <TextInput
      label={t(label)}
      value={text[name]}
      onChange={(event) => setText({ ...text, [name]: event.currentTarget.value })}
      maxLength={400}
    />
  );
  return (
    <form className="section-form path-form no-print" onSubmit={submit} noValidate>
      <h3>{path ? t("remote.form.edit", { id: path.id }) : t("remote.form.new")}</h3>
      <div className="path-fields">
        {field("vendor", "remote.vendor")}
        {field("approver", "remote.approver")}
        {field("ticket", "remote.ticket")}
        {field("line", "remote.line")}
        {field("box", "remote.form.box")}
        {field("firmware", "remote.form.firmware")}
      </div>
      <Textarea
        label={t("remote.form.peers")}
        description={t("remote.form.peers.hint")}
        value={text.peers}
        onChange={(event) => setText({ ...text, peers: event.currentTarget.value })}
        error={missing && peers.length === 0 ? t("remote.form.missing") : undefined}
        autosize
        minRows={2}
      />
      <Reached chosen={reached} change={setReached} error={missing && reached.length === 0 ? t("remote.form.missing") : undefined} />
      <div className="path-fields">
        {field("services", "remote.form.services")}
        {field("countries", "remote.form.countries")}
      </div>
      <fieldset className="times">
        <legend>{t("remote.form.weekly")}</legend>
        {weekly.map((week, place) => (
          <Weekly
            key={place}
            week={week}
            change={(next) => setWeekly(weekly.map((one, at) => (at === place ? next : one)))}
            remove={() => setWeekly(weekly.filter((_, at) => at !== place))}
          />
        ))}
        <Button
          variant="default"
          size="compact-sm"
          onClick={() => setWeekly([...weekly, { days: [1], start: "13:00", end: "17:00" }])}
        >
          {t("remote.form.weekly.add")}
        </Button>
      </fieldset>
      <fieldset className="times">
        <legend>{t("remote.form.window")}</legend>
        {windows.map((one, place) => (
          <div key={place} className="time-row">
            {(["start", "end"] as const).map((side) => (
              <TextInput
                key={side}
                type="datetime-local"
                label={t(side === "start" ? "remote.form.from" : "remote.form.to")}
                value={one[side]}
                onChange={(event) => {
                  const value = event.currentTarget.value;
                  setWindows(windows.map((each, at) => (at === place ? { ...each, [side]: value } : each)));
                }}
              />
            ))}
            <Button variant="subtle" onClick={() => setWindows(windows.filter((_, at) => at !== place))}>
              {t("remote.form.remove")}
            </Button>
          </div>
        ))}
        <Button variant="default" size="compact-sm" onClick={() => setWindows([...windows, { start: "", end: "" }])}>
          {t("remote.form.window.add")}
        </Button>
      </fieldset>
      <Textarea
        label={t("remote.note")}
        value={text.note}
        onChange={(event) => setText({ ...text, note: event.currentTarget.value })}
        autosize
        maxLength={2000}
      />
      <div className="path-tools">
        <Button type="submit" loading={save.isPending}>
          {t("remote.form.save")}
        </Button>
        <Button variant="default" onClick={close}>
          {t("remote.form.cancel")}
        </Button>
      </div>
      {save.isError ? <Trouble error={save.error} /> : null}
    </form>
  );
}

type Choice = { value: string; label: string };

/** Devices by search: a hospital has thousands, so that only what is looked for is fetched. */
function Reached({ chosen, change, error }: { chosen: Choice[]; change: (next: Choice[]) => void; error?: string }) {
  const { t } = useSpeech();
  const [asked, setAsked] = useState("");
  const found = useQuery({ ...devices({ q: asked || undefined, outside: false }, 0), placeholderData: (before) => before });
  const offered = (found.data?.items ?? []).map((item) => ({
    value: item.id,
    label: item.ips[0] && item.ips[0] !== item.label ? `${item.label} (${item.ips[0]})` : item.label,
  }));
  const known = new Map([...offered, ...chosen].map((one) => [one.value, one]));
  return (
    <MultiSelect
      label={t("remote.form.devices")}
      description={t("remote.form.devices.hint")}
      data={[...known.values()]}
      value={chosen.map((one) => one.value)}
      onChange={(ids) => change(ids.map((id) => known.get(id) ?? { value: id, label: id }))}
      searchable
      searchValue={asked}
      onSearchChange={setAsked}
      limit={30}
      error={error}
    />
  );
}

function Weekly({ week, change, remove }: { week: Week; change: (next: Week) => void; remove: () => void }) {
  const { t } = useSpeech();
  return (
    <div className="time-row">
      <div className="days">
        {[0, 1, 2, 3, 4, 5, 6].map((day) => (
          <Checkbox
            key={day}
            label={t(`day.${day}` as Key)}
            checked={week.days.includes(day)}
            onChange={(event) =>
              change({
                ...week,
                days: event.currentTarget.checked ? [...week.days, day].sort() : week.days.filter((one) => one !== day),
              })
            }
          />
        ))}
      </div>
      <TextInput type="time" label={t("remote.form.from")} value={week.start} onChange={(event) => change({ ...week, start: event.currentTarget.value })} />
      <TextInput type="time" label={t("remote.form.to")} value={week.end} onChange={(event) => change({ ...week, end: event.currentTarget.value })} />
      <Button variant="subtle" onClick={remove}>
        {t("remote.form.remove")}
      </Button>
    </div>
  );
}

/** Ending a path: with a reason, in place. */
export function End({ id }: { id: string }) {
  const { t } = useSpeech();
  const [open, setOpen] = useState(false);
  const [reason, setReason] = useState("");
  const end = useRegisterAct<string>(
    () => `/api/remote/${encodeURIComponent(id)}/end`,
    (text) => ({ reason: text }),
    () => setOpen(false),
  );
  if (!open)
    return (
      <Button variant="default" size="compact-sm" onClick={() => setOpen(true)} aria-label={`${t("remote.end")} ${id}`}>
        {t("remote.end")}
      </Button>
    );
  return (
    <form
      className="end-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (reason.trim()) end.mutate(reason.trim());
      }}
    >
      <TextInput
        label={t("remote.end.reason")}
        description={t("remote.end.help")}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
        required
        maxLength={2000}
      />
      <div className="path-tools">
        <Button type="submit" loading={end.isPending}>
          {t("remote.end")}
        </Button>
        <Button variant="default" onClick={() => setOpen(false)}>
          {t("remote.form.cancel")}
        </Button>
      </div>
      {end.isError ? <Trouble error={end.error} /> : null}
    </form>
  );
}
