// Long lists: as many lines as a person reads; the rest by a button, so that a large house does not hold up the page.
import { Button } from "@mantine/core";
import { useState, type ReactNode } from "react";
import { count } from "../format";
import { useSpeech } from "../texts";

const FIRST = 30;

/** The first of them, and the button that shows the others while some are left out. */
export function useFirst<T>(of: T[], first = FIRST): [T[], ReactNode] {
  const { t } = useSpeech();
  const [all, setAll] = useState(false);
  if (all || of.length <= first) return [of, null];
  return [
    of.slice(0, first),
    <Button key="all" variant="default" className="no-print" onClick={() => setAll(true)}>
      {t("map.all", { n: count(of.length) })}
    </Button>,
  ];
}

export function First<T>({ of, className, children }: { of: T[]; className: string; children: (one: T, place: number) => ReactNode }) {
  const [shown, more] = useFirst(of);
  return (
    <>
      <ul className={className}>{shown.map(children)}</ul>
      {more}
    </>
  );
}
