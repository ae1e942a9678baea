// An hour's work without a tap: what to fill in, in which order.
import { useQuery } from "@tanstack/react-query";
import { clinic } from "../api/duties";
import { Answer } from "../parts/states";
import { Head } from "../parts/words";
import { useSpeech } from "../texts";
import "../duties.css";

export function Clinic() {
  const { t, w } = useSpeech();
  return (
    <div className="page page-narrow">
      <Head title={t("clinic.title")} help={t("clinic.help")} />
      <Answer of={useQuery(clinic)}>
        {(data) => (
          <ol className="steps">
            {data.steps.map((step) => (
              <li key={step.id}>
                <a href={step.where}>{w(step.text)}</a>{" "}
                <span className="tag">{t(step.done ? "clinic.done" : "clinic.todo")}</span>
                <p className="muted">{w(step.says)}</p>
              </li>
            ))}
          </ol>
        )}
      </Answer>
    </div>
  );
}
