// What stands before every page where people have accounts: signing in, a password of one's own, the second factor.
import { Button, PasswordInput, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState, type FormEvent } from "react";
import { ApiError, post, type Shapes } from "../api/client";
import { session } from "../api/questions";
import { useSpeech } from "../texts";
import { canPasskey, makePasskey, signPasskey, wasPutOff } from "./passkey";
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
      {!me.signed_in ? <Enter passkeys={(me.passkeys ?? false) && canPasskey()} service={me.oidc ? me.oidc_name || t("access.oidc.name") : ""} /> : first === "password" ? <OwnPassword /> : <SecondFactor passkeys={(me.passkeys ?? false) && canPasskey()} />}
      <button type="button" className="quiet-button" aria-label={t("app.language.label")}
        onClick={() => change(lang === "ja" ? "en" : "ja")}>
        <span lang={lang === "ja" ? "en" : "ja"}>{t("app.language")}</span>
      </button>
    </main>
  );
}

/** Which second factor the server asked for behind name and password. */
const WANTED: Record<string, { code: boolean; passkey: boolean }> = {
  "people.code_needed": { code: true, passkey: false },
  "people.passkey_needed": { code: false, passkey: true },
  "people.second_wanted": { code: true, passkey: true },
};

/** Where the hospital's sign-in service sends the browser back to. */
const BACK = "/signed-in";
const WENT = "hinomi.went";

/** The button to the hospital's own sign-in service; coming back from there, what it said goes to the server. */
function Service({ name }: { name: string }) {
  const { t } = useSpeech();
  const act = useAct();
  const once = useRef(false);
  const there = useMutation({
    mutationFn: () => post<Shapes["OidcWay"]>("/api/session/oidc", {}),
    onSuccess: (way) => {
      sessionStorage.setItem(WENT, window.location.pathname + window.location.search);
      window.location.assign(way.address);
    },
  });
  const { mutate } = act;
  const [refused, setRefused] = useState(false);
  useEffect(() => {
    if (once.current || window.location.pathname !== BACK) return;
    once.current = true;
    const said = new URLSearchParams(window.location.search);
    const page = sessionStorage.getItem(WENT) ?? "/";
    sessionStorage.removeItem(WENT);
    // The words stand in no history, and the page that was asked for comes next.
    window.history.replaceState(null, "", page.startsWith("/") && !page.startsWith("//") && !page.startsWith(BACK) ? page : "/");
    const body = { state: said.get("state") ?? "", code: said.get("code") ?? "", iss: said.get("iss") ?? "" };
    if (body.code && body.state) mutate({ path: "/api/session/oidc/answer", body }, { onSuccess: () => window.location.reload() });
    else setRefused(true);
  }, [mutate]);
  const error = act.error ?? there.error;
  return (
    <div className="sign-in-or">
      <Button variant="default" loading={there.isPending || act.isPending} onClick={() => there.mutate()}>
        {t("access.oidc", { name })}
      </Button>
      {error ? <Trouble error={error} /> : refused ? <p role="status">{t("access.oidc.off", { name })}</p> : null}
    </div>
  );
}

function Enter({ passkeys, service }: { passkeys: boolean; service: string }) {
  const { t } = useSpeech();
  const act = useAct();
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const [second, setSecond] = useState({ code: false, passkey: false });
  const wanted = act.error instanceof ApiError ? WANTED[act.error.id] : undefined;
  if (wanted && (wanted.code !== second.code || wanted.passkey !== second.passkey)) setSecond(wanted);
  const key = useMutation({
    mutationFn: async (behind: object) => {
      const asked = await post<Shapes["PasskeyAsked"]>("/api/session/passkey", behind);
      const credential = await signPasskey(asked.options);
      await act.mutateAsync({ path: "/api/session/passkey/answer", body: { id: asked.id, credential } });
    },
  });
  const withKey = (behind: object) => {
    act.reset();
    key.mutate(behind);
  };
  const send = (event: FormEvent) => {
    event.preventDefault();
    key.reset();
    if (second.passkey && !code && passkeys) withKey({ name, password });
    else act.mutate({ path: "/api/session", body: { name, password, code } });
  };
  const error = key.error && !wasPutOff(key.error) ? key.error : act.error;
  return (
    <form onSubmit={send}>
      <h1>{t("access.title")}</h1>
      <p className="muted">{t("access.help")}</p>
      <TextInput label={t("access.name")} autoComplete="username" required value={name}
        onChange={(event) => setName(event.currentTarget.value)} />
      <PasswordInput label={t("access.password")} autoComplete="current-password" required value={password}
        onChange={(event) => setPassword(event.currentTarget.value)} />
      {second.code ? (
        <TextInput label={t("access.code")} autoComplete="one-time-code" inputMode="numeric" value={code}
          onChange={(event) => setCode(event.currentTarget.value)} />
      ) : null}
      {error ? <Trouble error={error} /> : null}
      {key.error && wasPutOff(key.error) ? <p role="status">{t("access.passkey.off")}</p> : null}
      {second.passkey && passkeys ? (
        <Button mt="md" variant={second.code ? "default" : "filled"} loading={key.isPending} onClick={() => withKey({ name, password })}>
          {t("access.passkey.second")}
        </Button>
      ) : null}
      {second.passkey && !second.code && passkeys ? null : (
        <Button type="submit" mt="md" loading={act.isPending}>{t("access.enter")}</Button>
      )}
      {passkeys && !second.passkey ? (
        <div className="sign-in-or">
          <span className="muted">{t("access.passkey.or")}</span>
          <Button variant="default" loading={key.isPending} onClick={() => withKey({})}>{t("access.passkey.alone")}</Button>
        </div>
      ) : null}
      {service ? <Service name={service} /> : null}
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

function SecondFactor({ passkeys }: { passkeys: boolean }) {
  const { t } = useSpeech();
  const act = useAct();
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const begin = useMutation({
    mutationFn: () => post<Shapes["SecondFactor"]>("/api/account/second-factor", { password }),
  });
  const key = useMutation({
    mutationFn: async () => {
      const asked = await post<Shapes["PasskeyAsked"]>("/api/account/passkeys", { password });
      const credential = await makePasskey(asked.options);
      await act.mutateAsync({ path: "/api/account/passkeys/confirm", body: { id: asked.id, label: t("account.passkey.first"), credential } });
    },
  });
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (begin.data) act.mutate({ path: "/api/account/second-factor/confirm", body: { code } });
    else begin.mutate();
  };
  const error = act.error ?? begin.error ?? (key.error && !wasPutOff(key.error) ? key.error : null);
  return (
    <form onSubmit={send}>
      <h1>{t("access.second.title")}</h1>
      <p className="muted">{t(passkeys ? "access.second.help.both" : "access.second.help")}</p>
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
      {key.error && wasPutOff(key.error) ? <p role="status">{t("access.passkey.off")}</p> : null}
      <Button type="submit" mt="md" loading={act.isPending || begin.isPending}>
        {t(begin.data ? "access.second.do" : "access.second.begin")}
      </Button>
      {passkeys && !begin.data ? (
        <Button mt="md" variant="default" disabled={!password} loading={key.isPending} onClick={() => key.mutate()}>
          {t("access.second.passkey")}
        </Button>
      ) : null}
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
