// What stands around every page: name, places to go, language, light.
import { useComputedColorScheme, useMantineColorScheme } from "@mantine/core";
import { onlineManager, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, Outlet, useLocation } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import type { Shapes } from "../api/client";
import { useLive } from "../api/live";
import { overview, session, vocabulary } from "../api/questions";
import { useSpeech } from "../texts";
import { dateTime, zoneWord } from "../format";
import { MoonIcon, SunIcon, TowerIcon } from "./icons";
import { More } from "./more";
import { PLACES } from "./places";
import { Myself, SignIn } from "./sign-in";

/** A page that opens by the word of a link stands alone: no account, no menu, no question to the rest. */
const ALONE = new Set(["/vendor-sheet", "/advisory"]);

export function Frame() {
  const path = useLocation({ select: (location) => location.pathname });
  return ALONE.has(path) ? <Alone /> : <Guarded />;
}

function Alone() {
  const { t } = useSpeech();
  return (
    <div className="frame">
      <header className="bar">
        <span className="brand">
          <TowerIcon />
          <span className="brand-name">{t("app.name")}</span>
        </span>
        <div className="bar-tools">
          <LanguageSwitch />
        </div>
      </header>
      <main id="main" tabIndex={-1}>
        <Outlet />
      </main>
    </div>
  );
}

function Guarded() {
  // Asked again by the clock: a page left open is closed when its session has ended.
  const me = useQuery({ ...session, refetchInterval: (query) => (query.state.data?.guarded ? 30_000 : false), refetchIntervalInBackground: true });
  const client = useQueryClient();
  const out = me.data?.guarded === true && !me.data.signed_in;
  useEffect(() => {
    if (out) client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== "session" });
  }, [out, client]);
  const guest = useLocation({ select: ({ pathname, search }) => pathname === "/desk" && "word" in search && Boolean(search.word) });
  if (me.isPending) return null;
  if (me.data?.guarded && !me.data.signed_in && guest) return <main id="main" className="desk-guest"><Outlet /></main>;
  if (me.data?.guarded && (!me.data.signed_in || me.data.todo?.length)) return <SignIn me={me.data} />;
  return <Inside me={me.data} />;
}

function Inside({ me }: { me: Shapes["Me"] | undefined }) {
  const { t, lang } = useSpeech();
  const words = useQuery(vocabulary);
  const now = useQuery(overview);
  const main = useRef<HTMLElement>(null);
  const path = useLocation({ select: (location) => location.pathname });
  const before = useRef(path);
  useLive();

  // A new page begins at its top for the eye and for the screen reader.
  useEffect(() => {
    if (before.current !== path) main.current?.focus({ preventScroll: true });
    before.current = path;
  }, [path]);

  const waiting = now.data?.needs_total ?? 0;
  return (
    <div className="frame">
      <a className="skip" href="#main">
        {t("app.skip")}
      </a>
      <header className="bar">
        <Link to="/" className="brand">
          <TowerIcon />
          <span className="brand-name">{t("app.name")}</span>
          {words.data?.site_name ? <span className="brand-site">{words.data.site_name}</span> : null}
        </Link>
        <nav className="places" aria-label={t("app.nav")}>
          {PLACES.map(({ to, name, Icon }) => (
            <Link key={to} to={to} className="place" activeOptions={{ exact: to === "/", includeSearch: false }}>
              <Icon />
              <span>{t(name)}</span>
              {to === "/findings" && waiting > 0 ? (
                <span className="place-count" aria-hidden="true">
                  {waiting}
                </span>
              ) : null}
            </Link>
          ))}
          <More />
        </nav>
        <div className="bar-tools">
          <Myself me={me} />
          <ThemeSwitch />
          <LanguageSwitch />
        </div>
      </header>
      {now.isError && !now.isFetching && onlineManager.isOnline() ? (
        <p className="offline" role="status">
          {t("app.offline")}
        </p>
      ) : null}
      <main id="main" ref={main} tabIndex={-1}>
        <Outlet />
      </main>
      <footer className="foot">
        {words.data ? (
          <>
            <span>{t("app.zone_note", { zone: zoneWord(words.data.time_zone, lang) })}</span>
            <span className="print-only">
              {t("app.printed", { time: dateTime(Date.now(), lang, words.data.time_zone), version: words.data.version })}
            </span>
          </>
        ) : null}
      </footer>
    </div>
  );
}

function LanguageSwitch() {
  const { t, lang, change } = useSpeech();
  return (
    <button
      type="button"
      className="quiet-button"
      aria-label={t("app.language.label")}
      onClick={() => change(lang === "ja" ? "en" : "ja")}
    >
      <span lang={lang === "ja" ? "en" : "ja"}>{t("app.language")}</span>
    </button>
  );
}

function ThemeSwitch() {
  const { t } = useSpeech();
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme("light");
  const next = scheme === "dark" ? "light" : "dark";
  return (
    <button
      type="button"
      className="quiet-button"
      aria-label={t(next === "dark" ? "app.theme.to_dark" : "app.theme.to_light")}
      onClick={() => setColorScheme(next)}
    >
      {scheme === "dark" ? <SunIcon /> : <MoonIcon />}
    </button>
  );
}
