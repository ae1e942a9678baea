// What the device list can do with many devices at once: words said of all chosen ones, taken back in one step;
// and views that a person keeps in this browser.
import { Button, Popover, Textarea, TextInput } from "@mantine/core";
import { useLocalStorage } from "@mantine/hooks";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { get, post, type Shapes } from "../api/client";
import type { DeviceFilter } from "../api/questions";
import { count } from "../format";
import { Dialog } from "../parts/dialog";
import { Trouble } from "../parts/states";
import { useSpeech } from "../texts";

/** As many as the API takes at once. */
const MANY_MAX = 1000;
const VIEWS_MAX = 30;

type Done = { ids: string[]; devices: number };

export type Choosing = {
  chosen: ReadonlySet<string>;
  toggle: (id: string) => void;
};

/** The tools above the list while devices are being chosen. */
export function Many({
  filter,
  total,
  chosen,
  choose,
  end,
}: {
  filter: DeviceFilter;
  total: number;
  chosen: ReadonlySet<string>;
  choose: (ids: Iterable<string>) => void;
  end: () => void;
}) {
  const { t } = useSpeech();
  const [department, setDepartment] = useState("");
  const [location, setLocation] = useState("");
  const [owner, setOwner] = useState("");
  const [reason, setReason] = useState("");
  const [done, setDone] = useState<Done>();
  const all = useMutation({
    mutationFn: () => get<Shapes["DevicePage"]>("/api/devices", { ...filter, offset: 0, limit: MANY_MAX }),
    onSuccess: (page) => choose(page.items.map((device) => device.id)),
  });
  const say = async () => {
    const said = await post<Shapes["Said"]>("/api/device-words", {
      devices: [...chosen],
      department: department.trim(),
      location: location.trim(),
      owner: owner.trim(),
      reason: reason.trim(),
    });
    setDone({ ids: said.ids, devices: chosen.size });
    choose([]);
  };
  return (
    <div className="many no-print" role="group" aria-label={t("many.tools")}>
      <p role="status" className="many-count">
        {t("many.chosen", { n: count(chosen.size) })}
      </p>
      <Button variant="default" size="xs" loading={all.isPending} onClick={() => all.mutate()}>
        {total > MANY_MAX ? t("many.first", { n: count(MANY_MAX) }) : t("many.all", { n: count(total) })}
      </Button>
      {chosen.size > 0 && chosen.size <= MANY_MAX ? (
        <Dialog
          label={t("many.say")}
          title={t("many.say.title", { n: count(chosen.size) })}
          help={t("many.say.help")}
          save={t("many.say.save")}
          ready={Boolean(department.trim() || location.trim() || owner.trim()) && reason.trim() !== ""}
          act={say}
        >
          <TextInput label={t("attribute.department")} value={department} maxLength={200} onChange={(e) => setDepartment(e.currentTarget.value)} />
          <TextInput label={t("attribute.location")} value={location} maxLength={200} onChange={(e) => setLocation(e.currentTarget.value)} />
          <TextInput label={t("attribute.owner")} value={owner} maxLength={200} onChange={(e) => setOwner(e.currentTarget.value)} />
          <Textarea label={t("groups.name.reason")} value={reason} maxLength={2000} autosize onChange={(e) => setReason(e.currentTarget.value)} />
        </Dialog>
      ) : null}
      {chosen.size > MANY_MAX ? <p>{t("many.too_many", { n: count(MANY_MAX) })}</p> : null}
      <Button variant="default" size="xs" onClick={end}>
        {t("many.end")}
      </Button>
      {all.isError ? <Trouble error={all.error} /> : null}
      {done ? <Undo done={done} /> : null}
    </div>
  );
}

function Undo({ done }: { done: Done }) {
  const { t } = useSpeech();
  const client = useQueryClient();
  const [taken, setTaken] = useState<Done>();
  const undo = useMutation({
    mutationFn: () => post<Shapes["Said"]>("/api/device-words/undo", { ids: done.ids, reason: t("many.undo.reason") }),
    onSuccess: async () => {
      setTaken(done);
      await client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== "packet" });
    },
  });
  return (
    <p role="status" className="many-done">
      {taken === done ? (
        t("many.undone")
      ) : (
        <>
          {t("many.done", { n: count(done.devices) })}{" "}
          <button type="button" className="link-button" disabled={undo.isPending} onClick={() => undo.mutate()}>
            {t("many.undo")}
          </button>
        </>
      )}
      {undo.isError ? <Trouble error={undo.error} /> : null}
    </p>
  );
}

type View = { name: string; search: DeviceFilter; columns: string[] };

/** Filters, order and columns under a name that a person gives; kept in this browser. */
export function Views({
  search,
  columns,
  open,
}: {
  search: DeviceFilter;
  columns: string[];
  open: (view: View) => void;
}) {
  const { t } = useSpeech();
  const [views, setViews] = useLocalStorage<View[]>({ key: "hinomi.views", defaultValue: [], getInitialValueInEffect: false });
  const [name, setName] = useState("");
  const keep = (event: FormEvent) => {
    event.preventDefault();
    if (!name.trim()) return;
    const view = { name: name.trim(), search, columns };
    setViews([...views.filter((one) => one.name !== view.name), view].slice(-VIEWS_MAX));
    setName("");
  };
  return (
    <Popover position="bottom-end" trapFocus withRoles>
      <Popover.Target>
        <Button variant="default" size="xs" className="wide-only">
          {t("views.title")}
        </Button>
      </Popover.Target>
      <Popover.Dropdown className="columns-menu" aria-label={t("views.title")}>
        {views.length === 0 ? <p className="muted">{t("views.none")}</p> : null}
        {views.map((view) => (
          <div key={view.name} className="view-row">
            <button type="button" className="link-button" onClick={() => open(view)}>
              {view.name}
            </button>
            <button
              type="button"
              className="link-button"
              aria-label={t("views.drop", { name: view.name })}
              onClick={() => setViews(views.filter((one) => one.name !== view.name))}
            >
              {t("views.drop.short")}
            </button>
          </div>
        ))}
        <form onSubmit={keep} className="form">
          <TextInput label={t("views.name")} value={name} maxLength={60} onChange={(e) => setName(e.currentTarget.value)} />
          <Button type="submit" size="xs" disabled={!name.trim()}>
            {t("views.keep")}
          </Button>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}
