// Every contact with the world, under what it is for.
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { Shapes } from "../api/client";
import { outside, overview } from "../api/questions";
import { bytes, count, country } from "../format";
import { Answer, Empty } from "../parts/states";
import { DeviceName, Head, Section, Unknown, useServiceList, useServiceName, useTimes } from "../parts/words";
import { useSpeech } from "../texts";
import { KnownBad } from "./lists";

type Contact = Shapes["OutsideContact"];

export function Outside() {
  const { t } = useSpeech();
  const empty = useQuery(overview).data?.empty;
  const page = useQuery(outside);
  return (
    <div className="page">
      <Head title={t("outside.title")} help={t("outside.help")} />
      {empty ? <Empty /> : <Answer of={page}>{(data) => <Whole data={data} />}</Answer>}
    </div>
  );
}

function Whole({ data }: { data: Shapes["Outside"] }) {
  const { t, w, lang } = useSpeech();
  return (
    <>
      {data.shelves.length === 0 ? <p className="muted">{t("outside.none")}</p> : null}
      {data.shelves.map((shelf) => (
        <Section
          key={shelf.category}
          title={w(shelf.words)}
          tools={
            <span className="muted">
              {t("outside.contacts.n", { n: count(shelf.contacts.length) })} ・ {t("outside.out", { size: bytes(shelf.bytes_up) })} ・{" "}
              {t("outside.in", { size: bytes(shelf.bytes_down) })}
            </span>
          }
        >
          <ul className="plain contacts">
            {shelf.contacts.map((one) => (
              <One key={one.key} one={one} />
            ))}
          </ul>
        </Section>
      ))}
      {data.contacts_left_out > 0 ? <p className="muted">{t("outside.left_out", { n: count(data.contacts_left_out) })}</p> : null}
      {Object.keys(data.countries).length > 0 ? (
        <Section title={t("outside.countries")} help={data.owners_known ? undefined : t("outside.owners.note")}>
          <ul className="plain chips">
            {Object.entries(data.countries).map(([code, size]) => (
              <li key={code}>
                {code ? country(code, lang) : <Unknown>{t("outside.country.none")}</Unknown>}{" "}
                <span className="muted">{bytes(size)}</span>
              </li>
            ))}
          </ul>
        </Section>
      ) : null}
      <KnownBad />
      {data.profiles_unseen.length > 0 ? (
        <Section title={t("outside.unseen")} help={t("outside.unseen.help")}>
          <ul className="plain unseen">
            {data.profiles_unseen.map((one) => (
              <li key={one.id}>
                <strong>{one.name ? w(one.name) : one.id}</strong> <span className="muted">{one.purpose ? w(one.purpose) : ""}</span>
              </li>
            ))}
          </ul>
        </Section>
      ) : null}
    </>
  );
}

function One({ one }: { one: Contact }) {
  const { t, w, lang, list } = useSpeech();
  const times = useTimes();
  const service = useServiceName();
  const services = useServiceList();
  const owner = one.profile?.owner || list(one.owners);
  const shown = [...one.names, ...one.addresses].slice(0, one.names.length > 0 ? one.names.length : one.addresses.length);
  const hidden = (one.names.length > 0 ? one.names_total : one.addresses_total) - shown.length;
  return (
    <li className="contact">
      <div className="contact-head">
        <h3>{one.profile?.name ? w(one.profile.name) : one.key}</h3>
        {one.new ? <span className="tag">{t("outside.new")}</span> : null}
        {one.inward ? <span className="tag">{t("outside.inward")}</span> : null}
        {one.answered === 0 ? <span className="tag">{t("outside.answered.none")}</span> : null}
        {one.profile?.look ? <span className="unknown">{t("outside.look")}</span> : null}
        {one.findings.map((id) => (
          <Link key={id} to="/findings/$id" params={{ id }}>
            {t("outside.finding")} {id}
          </Link>
        ))}
      </div>
      {one.profile?.purpose ? <p>{w(one.profile.purpose)}</p> : null}
      <p className="muted">
        {owner || t("outside.owner.none")} ・{" "}
        {one.countries.length > 0 ? list(one.countries.map((code) => country(code, lang))) : t("outside.country.none")} ・{" "}
        {services(one.services)}
        {one.profile?.standard ? ` ・ ${t("outside.standard")}: ${one.profile.standard}` : ""}
      </p>
      {shown.length === 1 && hidden === 0 && shown[0] === one.key && !one.profile?.name ? null : (
        <p className="mono small contact-names">
          {shown.join("  ")}
          {hidden > 0 ? `  ${t("outside.more_names", { n: count(hidden) })}` : ""}
        </p>
      )}
      <p>
        {t("outside.out", { size: bytes(one.bytes_up) })} ・ {t("outside.in", { size: bytes(one.bytes_down) })} ・{" "}
        <span className="muted">{times.span(one.first, one.last)}</span>
      </p>
      <p className="names">
        {one.devices.map((device) => (
          <DeviceName key={device.id} of={device} />
        ))}
        {one.devices_total > one.devices.length ? (
          <span className="muted">{t("outside.more", { n: count(one.devices_total - one.devices.length) })}</span>
        ) : null}
      </p>
      {one.not_as_profile.length > 0 ? (
        <p className="alarm">{t("outside.strange", { names: list(one.not_as_profile.map((device) => device.label)) })}</p>
      ) : null}
      {one.odd_services.length > 0 ? <p className="alarm">{t("outside.odd", { names: list(one.odd_services.map(service)) })}</p> : null}
    </li>
  );
}
