// One's own passkeys: seen, added, named, removed.
import { Button, PasswordInput, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { post, type Shapes } from "../api/client";
import { account, people, session } from "../api/questions";
import { useSpeech } from "../texts";
import { canPasskey, makePasskey, wasPutOff } from "./passkey";
import { Trouble } from "./states";
import { Section, useTimes } from "./words";

const MS = 1e6;

export function Passkeys({ data }: { data: Shapes["Account"] }) {
  const { t } = useSpeech();
  const me = useQuery(session);
  const [adding, setAdding] = useState(false);
  const here = (me.data?.passkeys ?? false) && canPasskey();
  return (
    <Section title={t("account.passkeys")} help={t("account.passkeys.help")}
      tools={adding || !here ? null : <Button variant="default" onClick={() => setAdding(true)}>{t("account.passkey.add")}</Button>}>
      {here ? null : <p className="muted">{t("account.passkeys.place")}</p>}
      {adding ? <Add close={() => setAdding(false)} /> : null}
      {data.passkeys.length === 0 && !adding ? <p className="muted">{t("account.passkeys.none")}</p> : null}
      <ul className="plain rows">{data.passkeys.map((one) => <One key={one.id} one={one} />)}</ul>
    </Section>
  );
}

function Add({ close }: { close: () => void }) {
  const { t } = useSpeech();
  const client = useQueryClient();
  const [label, setLabel] = useState("");
  const [password, setPassword] = useState("");
  const add = useMutation({
    mutationFn: async () => {
      const asked = await post<Shapes["PasskeyAsked"]>("/api/account/passkeys", { password });
      const credential = await makePasskey(asked.options);
      return post<Shapes["Me"]>("/api/account/passkeys/confirm", { id: asked.id, label, credential });
    },
    onSuccess: async (me) => {
      client.setQueryData(session.queryKey, me);
      close();
      await client.invalidateQueries({ queryKey: account.queryKey });
      await client.invalidateQueries({ queryKey: people.queryKey });
    },
  });
  return (
    <form className="section-form path-form" onSubmit={(event: FormEvent) => { event.preventDefault(); add.mutate(); }}>
      <div className="path-fields">
        <TextInput label={t("account.passkey.label")} required maxLength={60} value={label} autoComplete="off"
          onChange={(event) => setLabel(event.currentTarget.value)} />
        <PasswordInput label={t("access.password")} autoComplete="current-password" required value={password}
          onChange={(event) => setPassword(event.currentTarget.value)} />
      </div>
      <div className="path-tools">
        <Button type="submit" loading={add.isPending}>{t("account.passkey.do")}</Button>
        <Button variant="default" onClick={close}>{t("people.cancel")}</Button>
      </div>
      {!add.error ? null : wasPutOff(add.error) ? <p role="status">{t("access.passkey.off")}</p> : <Trouble error={add.error} />}
    </form>
  );
}

function One({ one }: { one: Shapes["Passkey"] }) {
  const { t } = useSpeech();
  const times = useTimes();
  const client = useQueryClient();
  const [doing, setDoing] = useState<"" | "name" | "remove">("");
  const [label, setLabel] = useState(one.label);
  const [password, setPassword] = useState("");
  const act = useMutation({
    mutationFn: (body: object) => post(`/api/account/passkeys/${one.id}/${doing}`, body),
    onSuccess: async () => {
      setDoing("");
      await client.invalidateQueries({ queryKey: account.queryKey });
      await client.invalidateQueries({ queryKey: people.queryKey });
    },
  });
  const send = (event: FormEvent) => {
    event.preventDefault();
    act.mutate(doing === "name" ? { label } : { password });
  };
  return (
    <li className="row row-stack">
      <span>
        <strong>{one.label}</strong>{" "}
        <span className="muted">{t(one.alone ? "account.passkey.alone" : "account.passkey.second")}{one.synced ? ` ・ ${t("account.passkey.synced")}` : ""}</span>
      </span>
      <span className="muted">
        {t("account.passkey.made", { time: times.day(one.at / MS), place: one.place })} ・ {one.used ? t("account.passkey.used", { time: times.at(one.used / MS) }) : t("account.passkey.never")}
      </span>
      {doing ? (
        <form className="path-tools no-print" onSubmit={send}>
          {doing === "name" ? (
            <TextInput aria-label={t("account.passkey.label")} required maxLength={60} value={label} autoComplete="off"
              onChange={(event) => setLabel(event.currentTarget.value)} />
          ) : (
            <>
              <span>{t("account.passkey.remove.sure")}</span>
              <PasswordInput aria-label={t("access.password")} placeholder={t("access.password")} autoComplete="current-password" required value={password}
                onChange={(event) => setPassword(event.currentTarget.value)} />
            </>
          )}
          <Button type="submit" size="compact-sm" loading={act.isPending}>{t(doing === "name" ? "account.passkey.name.do" : "account.passkey.remove")}</Button>
          <Button variant="default" size="compact-sm" onClick={() => setDoing("")}>{t("people.cancel")}</Button>
        </form>
      ) : (
        <span className="path-tools no-print">
          <Button variant="default" size="compact-sm" onClick={() => setDoing("name")}>{t("account.passkey.name")}</Button>
          <Button variant="default" size="compact-sm" onClick={() => setDoing("remove")}>{t("account.passkey.remove")}</Button>
        </span>
      )}
      {act.isError ? <Trouble error={act.error} /> : null}
    </li>
  );
}
