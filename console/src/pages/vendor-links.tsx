// One vendor of the register: its links, what came back, and where that disagrees with what was seen.
import { Button, NumberInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { post, type Shapes } from "../api/client";
import { vendorState } from "../api/duties";
import { Answer, Trouble } from "../parts/states";
import { useTimes } from "../parts/words";
import { useSpeech } from "../texts";
import { Lines } from "./checklist";

export function VendorLinks({ id, name }: { id: string; name: string }) {
  return <Answer of={useQuery(vendorState(id))}>{(state) => <State id={id} name={name} state={state} />}</Answer>;
}

function State({ id, name, state }: { id: string; name: string; state: Shapes["VendorState"] }) {
  const { t, w } = useSpeech();
  const times = useTimes();
  const client = useQueryClient();
  const [days, setDays] = useState<number | string>(14);
  const again = () => client.invalidateQueries({ queryKey: vendorState(id).queryKey });
  const make = useMutation({
    mutationFn: () => post<Shapes["VendorLink"]>(`/api/duties/vendors/${id}/links`, { days: Number(days) || 14 }),
    onSuccess: again,
  });
  const end = useMutation({
    mutationFn: (link: string) => post<undefined>(`/api/duties/vendors/links/${link}/end`, {}),
    onSuccess: again,
  });
  const address = make.data ? `${location.origin}/vendor-sheet#${make.data.word}` : "";
  return (
    <div className="vendor-state">
      <p>{t("vendor_link.answered", { done: state.answered, all: state.of })}</p>
      {state.answered > 0 && state.differences.length === 0 ? <p>{t("registers.vendor.agrees")}</p> : null}
      {state.differences.map((one) => (
        <div key={one.item}>
          <p className="caution">
            {one.item === "remote" ? t("vendor_sheet.remote") : one.item} {t("registers.vendor.said", { said: w(one.said) })} — {w(one.seen)}
          </p>
          <Lines of={one.lines} />
        </div>
      ))}
      {state.links.length > 0 ? (
        <ul className="bullets">
          {state.links.map((link) => (
            <li key={link.id}>
              {t(link.open ? "vendor_link.until" : "vendor_link.over", { time: times.at(link.until) })} ·{" "}
              {link.opened ? t("vendor_link.opened", { time: times.at(link.opened) }) : t("vendor_link.unopened")} ·{" "}
              {t("vendor_link.sent", { count: link.sent })}{" "}
              {link.open ? (
                <Button
                  className="no-print"
                  variant="default"
                  size="xs"
                  aria-label={`${t("vendor_link.end")}: ${name}, ${times.at(link.until)}`}
                  loading={end.isPending}
                  onClick={() => end.mutate(link.id)}
                >
                  {t("vendor_link.end")}
                </Button>
              ) : null}
            </li>
          ))}
        </ul>
      ) : null}
      <div className="duty-fields no-print">
        <NumberInput size="xs" label={t("vendor_link.days")} aria-label={`${t("vendor_link.days")}: ${name}`} min={1} max={60} value={days} onChange={setDays} />
        <Button size="xs" aria-label={`${t("vendor_link.make")}: ${name}`} loading={make.isPending} onClick={() => make.mutate()}>
          {t("vendor_link.make")}
        </Button>
      </div>
      {address ? (
        <div role="status">
          <p className="caution">{t("vendor_link.once")}</p>
          <p className="link-address">
            <code>{address}</code>{" "}
            <Button variant="default" size="xs" onClick={() => void navigator.clipboard.writeText(address)}>
              {t("vendor_link.copy")}
            </Button>
          </p>
        </div>
      ) : null}
      {make.isError ? <Trouble error={make.error} /> : null}
      {end.isError ? <Trouble error={end.error} /> : null}
    </div>
  );
}
