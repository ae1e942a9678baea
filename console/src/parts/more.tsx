// The places behind "more": a button and a panel of links, by purpose. Keyboard: Enter opens, Escape closes.
import { useQuery } from "@tanstack/react-query";
import { Link, useLocation } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { session } from "../api/questions";
import { useSpeech } from "../texts";
import { MoreIcon } from "./icons";
import { SHELVES } from "./places";

export function More() {
  const { t } = useSpeech();
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const path = useLocation({ select: (location) => location.pathname });
  const rights = useQuery(session).data?.rights ?? [];
  const shelves = SHELVES.map((shelf) => ({
    ...shelf,
    places: shelf.places.filter(({ right }) => right === undefined || rights.includes(right)),
  })).filter((shelf) => shelf.places.length > 0);
  const here = shelves.some((shelf) => shelf.places.some((place) => path.startsWith(place.to)));

  // Going somewhere closes the panel.
  const [opened, setOpened] = useState(path);
  if (opened !== path) {
    setOpened(path);
    setOpen(false);
  }

  useEffect(() => {
    if (!open) return;
    const away = (event: PointerEvent | FocusEvent) => {
      if (!box.current?.contains(event.target as Node)) setOpen(false);
    };
    const escape = (event: KeyboardEvent) => {
      if (event.key !== "Escape") return;
      setOpen(false);
      button.current?.focus();
    };
    document.addEventListener("pointerdown", away);
    document.addEventListener("focusin", away);
    document.addEventListener("keydown", escape);
    return () => {
      document.removeEventListener("pointerdown", away);
      document.removeEventListener("focusin", away);
      document.removeEventListener("keydown", escape);
    };
  }, [open]);

  if (shelves.length === 0) return null;
  return (
    <div className="more" ref={box}>
      <button
        ref={button}
        type="button"
        className={here ? "place active" : "place"}
        aria-expanded={open}
        aria-controls="more-places"
        onClick={() => setOpen(!open)}
      >
        <MoreIcon />
        <span>{t("nav.more")}</span>
      </button>
      {open ? (
        <div id="more-places" className="more-panel">
          {shelves.map((shelf) => (
            <section key={shelf.name}>
              <h2>{t(shelf.name)}</h2>
              <ul>
                {shelf.places.map((place) => (
                  <li key={place.to}>
                    <Link to={place.to} activeOptions={{ includeSearch: false }} onClick={() => setOpen(false)}>
                      {t(place.name)}
                    </Link>
                  </li>
                ))}
              </ul>
            </section>
          ))}
        </div>
      ) : null}
    </div>
  );
}
