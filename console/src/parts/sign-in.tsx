// What stands before every page where people have accounts: signing in, a password of one's own, the second factor.
import { Button, PasswordInput, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { ApiError, post, type Shapes } from "../api/client";
import { session } from "../api/questions";
import { useSpeech } from "../texts";
import { Trouble } from "./states";

type Me = Shapes["Me"];

/** Sends a form; the answer says who one is now, and every page asks again. */
function useAct() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ path, body }: { path: string; body: object }) => post<Me>(path, body),
    onSuccess: async (me) => {
      client.setQueryData(session.queryKey, me);
      await client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== "session" });
    },
  });
}

export function SignIn({ me }: { me: Me }) {
  const { t, lang, change } = useSpeech();
  const first = me.todo?.[0];
  return (
    <main id="main" className="page sign-in">
      {!me.signed_in ? <Enter /> : first === "password" ? <OwnPassword /> : <SecondFactor />}
      <button type="button" className="quiet-button" aria-label={t("app.language.label")}
        onClick={() => change(lang === "ja" ? "en" : "ja")}>
        <span lang={lang === "ja" ? "en" : "ja"}>{t("app.language")}</span>
      </button>
    </main>
  );
}

function Enter() {
  const { t } = useSpeech();
  const act = useAct();
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const asked = act.error instanceof ApiError && act.error.status === 401 && act.error.title.en.includes("second factor");
  const [withCode, setWithCode] = useState(false);
  if (asked && !withCode) setWithCode(true);
  const send = (event: FormEvent) => {
    event.preventDefault();
    act.mutate({ path: "/api/session", body: { name, password, code } });
  };
  return (
    <form onSubmit={send}>
      <h1>{t("access.title")}</h1>
      <p className="muted">{t("access.help")}</p>
      <TextInput label={t("access.name")} autoComplete="username" required value={name}
        onChange={(event) => setName(event.currentTarget.value)} />
      <PasswordInput label={t("access.password")} autoComplete="current-password" required value={password}
        onChange={(event) => setPassword(event.currentTarget.value)} />
      {withCode ? (
        <TextInput label={t("access.code")} autoComplete="one-time-code" inputMode="numeric" value={code}
          onChange={(event) => setCode(event.currentTarget.value)} />
      ) : null}
      {act.error ? <Trouble error={act.error} /> : null}
      <Button type="submit" mt="md" loading={act.isPending}>{t("access.enter")}</Button>
    </form>
  );
}

function OwnPassword() {
  const { t } = useSpeech();
  const act = useAct();
  const [old, setOld] = useState("");
  const [next, setNext] = useState("");
  const send = (event: FormEvent) => {
    event.preventDefault();
    act.mutate({ path: "/api/account/password", body: { old, new: next } });
  };
  return (
    <form onSubmit={send}>
      <h1>{t("access.new.title")}</h1>
      <p className="muted">{t("access.new.help")}</p>
      <PasswordInput label={t("access.new.old")} autoComplete="current-password" required value={old}
        onChange={(event) => setOld(event.currentTarget.value)} />
      <PasswordInput label={t("access.new.new")} autoComplete="new-password" required value={next}
        onChange={(event) => setNext(event.currentTarget.value)} />
      {act.error ? <Trouble error={act.error} /> : null}
      <Button type="submit" mt="md" loading={act.isPending}>{t("access.new.do")}</Button>
    </form>
  );
}

function SecondFactor() {
  const { t } = useSpeech();
  const act = useAct();
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const begin = useMutation({
    mutationFn: () => post<Shapes["SecondFactor"]>("/api/account/second-factor", { password }),
  });
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (begin.data) act.mutate({ path: "/api/account/second-factor/confirm", body: { code } });
    else begin.mutate();
  };
  const error = act.error ?? begin.error;
  return (
    <form onSubmit={send}>
      <h1>{t("access.second.title")}</h1>
      <p className="muted">{t("access.second.help")}</p>
      {begin.data ? (
        <>
          <img src={begin.data.picture} alt={t("access.second.picture")} width={240} />
          <p>{t("access.second.key", { key: begin.data.key })}</p>
          <TextInput label={t("access.code")} autoComplete="one-time-code" inputMode="numeric" required value={code}
            onChange={(event) => setCode(event.currentTarget.value)} />
        </>
      ) : (
        <PasswordInput label={t("access.password")} autoComplete="current-password" required value={password}
          onChange={(event) => setPassword(event.currentTarget.value)} />
      )}
      {error ? <Trouble error={error} /> : null}
      <Button type="submit" mt="md" loading={act.isPending || begin.isPending}>
        {t(begin.data ? "access.second.do" : "access.second.begin")}
      </Button>
    </form>
  );
}

/** Who one is, and the way out; nothing where nobody signs in. */
export function Myself({ me }: { me: Me | undefined }) {
  const { t } = useSpeech();
  const leave = useMutation({
    mutationFn: () => post("/api/session/end", {}),
    onSettled: () => window.location.reload(),
  });
  if (!me?.guarded) return null;
  return (
    <button type="button" className="quiet-button" onClick={() => leave.mutate()} title={me.name}>
      {me.shown} ・ {t("access.leave")}
    </button>
  );
}
