// The first run: from nothing to a useful screen. Each step is ticked by what the store holds, never by a click.
import { Button, CopyButton } from "@mantine/core";
import { useLocalStorage } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useId, useState, type ReactNode } from "react";
import type { Shapes } from "../api/client";
import { ledger } from "../api/inventory";
import { notices } from "../api/questions";
import { useSpeech, type Key } from "../texts";
import { Section } from "./words";

type Step = {
  name: "hear" | "zones" | "ledger" | "tell";
  /** undefined: not known, and then not shown as done. */
  done: boolean | undefined;
  note?: string;
  act?: ReactNode;
};

function useSteps(data: Shapes["Overview"]): Step[] {
  const { t } = useSpeech();
  const loaded = useQuery(ledger).data?.loaded;
  const channels = useQuery(notices).data?.channels.length;
  const zones = data.zones.filter((row) => row.zone.id !== "outside");
  const proposed = zones.filter((row) => !row.zone.by_person);
  const first = proposed[0]?.zone.id;
  return [
    {
      name: "hear",
      done: !data.empty,
      act: (
        <div className="guide-ways">
          <Command text={t("empty.command")} />
          {data.empty ? <Listen places={data.places} /> : null}
        </div>
      ),
    },
    {
      name: "zones",
      done: !data.empty && proposed.length === 0,
      note: data.empty
        ? t("guide.zones.later")
        : t("guide.zones.count", { n: proposed.length, total: zones.length }),
      act: first ? (
        <Link className="button button-quiet" to="/map" search={{ zone: first }}>
          {t("guide.zones.act")}
        </Link>
      ) : null,
    },
    {
      name: "ledger",
      done: loaded,
      act: (
        <Link className="button button-quiet" to="/ledger">
          {t("guide.ledger.act")}
        </Link>
      ),
    },
    {
      name: "tell",
      done: channels === undefined ? undefined : channels > 0,
      act: (
        <Link className="button button-quiet" to="/notices">
          {t("guide.tell.act")}
        </Link>
      ),
    },
  ];
}

/** On an empty home: every step, with what to type and where to go. */
export function Guide({ data }: { data: Shapes["Overview"] }) {
  const { t } = useSpeech();
  return (
    <section className="empty guide" aria-label={t("guide.title")}>
      <h2>{t("empty.title")}</h2>
      <p>{t("empty.text")}</p>
      <ol className="guide-steps">
        {useSteps(data).map((step) => (
          <Line key={step.name} step={step} help />
        ))}
      </ol>
      <p className="muted">{t("empty.next")}</p>
    </section>
  );
}

/** Once something was heard: what is left, until it is done or put away. */
export function Left({ data }: { data: Shapes["Overview"] }) {
  const { t } = useSpeech();
  const [away, put] = useLocalStorage({ key: "hinomi.guide", defaultValue: "", getInitialValueInEffect: false });
  const steps = useSteps(data);
  const left = steps.filter((step) => step.done === false);
  if (away === "away" || left.length === 0) return null;
  return (
    <Section
      title={t("guide.left", { n: left.length })}
      className="guide-left no-print"
      tools={
        <button type="button" className="link-button" onClick={() => put("away")}>
          {t("guide.away")}
        </button>
      }
    >
      <ol className="guide-steps">
        {left.map((step) => (
          <Line key={step.name} step={step} />
        ))}
      </ol>
    </Section>
  );
}

function Line({ step, help = false }: { step: Step; help?: boolean }) {
  const { t } = useSpeech();
  return (
    <li className={step.done ? "guide-step done" : "guide-step"}>
      <div className="guide-words">
        <h3>
          {t(`guide.${step.name}` satisfies Key)}
          {step.done ? <span className="tag">{t("guide.done")}</span> : null}
        </h3>
        {help && !step.done ? <p className="muted">{t(`guide.help.${step.name}` satisfies Key)}</p> : null}
        {step.note && !step.done ? <p className="muted small">{step.note}</p> : null}
      </div>
      {step.done ? null : step.act}
    </li>
  );
}

/** The commands to type for the interface that is chosen. */
function Listen({ places }: { places: Shapes["ListenPlace"][] }) {
  const { t, w } = useSpeech();
  const [chosen, choose] = useState(places[0]?.name ?? "");
  const place = places.find((one) => one.name === chosen) ?? places[0];
  const id = useId();
  const [open, put] = useState(false);
  return (
    <details className="details guide-listen" onToggle={(event) => put(event.currentTarget.open)}>
      <summary>{t("guide.listen")}</summary>
      {!open ? null : place ? (
        <>
          <label htmlFor={id}>{t("guide.listen.choose")}</label>
          <select id={id} value={place.name} onChange={(event) => choose(event.currentTarget.value)}>
            {places.map((one) => (
              <option key={one.name} value={one.name}>
                {one.name}
              </option>
            ))}
          </select>
          <p className="muted small">{place.why_not ? w(place.why_not) : t("guide.listen.ready")}</p>
          {place.why_not ? (
            <>
              <h4>{t("guide.listen.prepare")}</h4>
              <p className="small">{t("guide.listen.care")}</p>
              <Command text={place.prepare} />
            </>
          ) : null}
          <h4>{t("guide.listen.start")}</h4>
          <Command text={place.listen} />
          <p className="muted small">{t("guide.listen.root")}</p>
        </>
      ) : (
        <p>{t("guide.listen.none")}</p>
      )}
    </details>
  );
}

function Command({ text }: { text: string }) {
  const { t } = useSpeech();
  return (
    <div className="guide-command">
      <pre>
        <code>{text}</code>
      </pre>
      {/* The clipboard is closed to pages that came without TLS from another machine. */}
      {window.isSecureContext ? (
        <CopyButton value={text}>
          {({ copied, copy }) => (
            <Button variant="default" size="xs" onClick={copy}>
              {t(copied ? "guide.copied" : "guide.copy")}
            </Button>
          )}
        </CopyButton>
      ) : null}
    </div>
  );
}
