// The evidence of a finding as one signed file, with a reason that is kept.
import { Button, Textarea } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { download } from "../api/client";
import { useSpeech } from "../texts";
import { Trouble } from "./states";

/** The evidence as a signed zip, with a reason that is kept. */
export function Bundle({ id }: { id: string }) {
  const { t } = useSpeech();
  const [reason, setReason] = useState("");
  const get = useMutation({
    mutationFn: () => download(`/api/findings/${encodeURIComponent(id)}/bundle`, { reason: reason.trim() }, `${id}-evidence.zip`),
  });
  return (
    <details className="details no-print">
      <summary>{t("bundle.open")}</summary>
      <form
        className="payload-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (reason.trim()) get.mutate();
        }}
      >
        <p className="help">{t("bundle.help")}</p>
        <Textarea
          label={t("bundle.reason")}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          required
          autosize
          maxLength={2000}
        />
        <Button type="submit" loading={get.isPending} disabled={reason.trim() === ""}>
          {t("bundle.save")}
        </Button>
        {get.isError ? <Trouble error={get.error} /> : null}
      </form>
    </details>
  );
}
