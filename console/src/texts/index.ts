// The language a person chose, and the words of the console in it.
import { createContext, useContext, useEffect, useMemo, useState } from "react";
import type { Words } from "../api/client";
import { en } from "./en";
import { ja } from "./ja";

export type Lang = "ja" | "en";
export type Key = keyof typeof ja;
export type Catalogue = Readonly<Record<Key, string>>;

const CATALOGUES: Record<Lang, Catalogue> = { ja, en };
const KEPT = "hinomi.language";

export type Speech = {
  lang: Lang;
  t: (key: Key, values?: Record<string, string | number>) => string;
  /** A text that the API gives in both languages. */
  w: (words: Words) => string;
  /** Words for an id where there are some, else the id itself (or `other`): unknown ids stay readable. */
  id: (prefix: string, id: string, other?: string) => string;
  /** Several words in a row. */
  list: (words: string[]) => string;
  change: (lang: Lang) => void;
};

export function speech(lang: Lang, change: (lang: Lang) => void = () => undefined): Speech {
  const catalogue = CATALOGUES[lang];
  return {
    lang,
    change,
    t: (key, values) => {
      if (!values) return catalogue[key];
      // "one thing||{n} things": the first part is for n = 1.
      const parts = catalogue[key].split("||");
      const text = String(values.n) === "1" ? parts[0] : parts.at(-1);
      return (text ?? "").replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));
    },
    list: (words) => words.join(lang === "ja" ? "、" : ", "),
    w: (words) => words[lang],
    id: (prefix, id, other = id) => (catalogue as Record<string, string>)[`${prefix}.${id}`] ?? other,
  };
}

const Context = createContext<Speech>(speech("ja"));
export const SpeechProvider = Context.Provider;
export const useSpeech = () => useContext(Context);

function first(): Lang {
  const kept = localStorage.getItem(KEPT);
  if (kept === "ja" || kept === "en") return kept;
  // Japanese first: English only where the browser asks for something else and never for Japanese.
  const wishes = navigator.languages.map((wish) => wish.slice(0, 2));
  return wishes.includes("ja") || wishes.length === 0 ? "ja" : "en";
}

/** The speech of the whole console; keeps the choice and tells the page its language. */
export function useChosenSpeech(): Speech {
  const [lang, setLang] = useState<Lang>(first);
  useEffect(() => {
    document.documentElement.lang = lang;
  }, [lang]);
  return useMemo(
    () =>
      speech(lang, (next) => {
        localStorage.setItem(KEPT, next);
        setLang(next);
      }),
    [lang],
  );
}
