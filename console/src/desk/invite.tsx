// An invitation for an expert far away: to one room, for some hours, and ended before that by a press.
import { Button, Modal, NumberInput, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { del, get, post, type Shapes } from "../api/client";
import { Trouble } from "../parts/states";
import { useTimes } from "../parts/words";
import { useSpeech } from "../texts";

type Invitation = Shapes["DeskInvitation"];

export function Invite({ room }: { room: string }) {
  const { t } = useSpeech();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button variant="default" onClick={() => setOpen(true)}>{t("desk.invite")}</Button>
      <Modal.Root opened={open} onClose={() => setOpen(false)} size="lg">
        <Modal.Overlay />
        <Modal.Content>
          <Modal.Header role="presentation">
            <Modal.Title>{t("desk.invite.title", { room })}</Modal.Title>
            <Modal.CloseButton aria-label={t("app.close")} />
          </Modal.Header>
          <Modal.Body>{open ? <Inside room={room} /> : null}</Modal.Body>
        </Modal.Content>
      </Modal.Root>
    </>
  );
}

function Inside({ room }: { room: string }) {
  const { t } = useSpeech();
  const times = useTimes();
  const client = useQueryClient();
  const [name, setName] = useState("");
  const [hours, setHours] = useState<string | number>(4);
  const again = () => client.invalidateQueries({ queryKey: ["desk", "invitations"] });
  const open = useQuery({ queryKey: ["desk", "invitations"], queryFn: ({ signal }) => get<Invitation[]>("/api/desk/invitations", {}, signal) });
  const make = useMutation({ mutationFn: () => post<Invitation>("/api/desk/invitations", { room, name: name.trim(), hours: Number(hours) }), onSuccess: again });
  const end = useMutation({ mutationFn: (id: string) => del("/api/desk/invitations", { id }), onSuccess: again });
  const word = make.data?.word;
  return (
    <div className="desk-guest">
      <p className="muted">{t("desk.invite.help")}</p>
      <form onSubmit={(event) => { event.preventDefault(); if (name.trim() && !make.isPending) make.mutate(); }}>
        <TextInput label={t("desk.invite.name")} value={name} maxLength={80} data-autofocus onChange={(event) => setName(event.currentTarget.value)} />
        <NumberInput label={t("desk.invite.hours")} mt="sm" min={0.25} max={24} step={1} value={hours} onChange={setHours} />
        <Button type="submit" mt="md" disabled={!name.trim()} loading={make.isPending}>{t("desk.invite.make")}</Button>
      </form>
      {make.error ? <Trouble error={make.error} /> : null}
      {word ? (
        <div role="status">
          <p>{t("desk.invite.once")}</p>
          <p className="desk-word">{`${location.origin}/desk?${new URLSearchParams({ room, role: "surgeon", word }).toString()}`}</p>
        </div>
      ) : null}
      <ul className="desk-events">
        {(open.data ?? []).filter((one) => one.room === room).map((one) => (
          <li key={one.id} className="desk-event">
            <span>{t("desk.invite.until", { name: one.name, time: times.at(one.until_ms) })}</span>
            <Button size="xs" variant="default" onClick={() => end.mutate(one.id)}>{t("desk.invite.end")}</Button>
          </li>
        ))}
      </ul>
    </div>
  );
}
