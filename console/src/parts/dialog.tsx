// A dialog with a form: opens from its button, closes when what it asked for is done.
import { Button, Modal } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent, type ReactNode } from "react";
import { useSpeech } from "../texts";
import { Trouble } from "./states";

type Props = {
  label: string;
  title: string;
  help?: string;
  save: string;
  ready: boolean;
  act: () => Promise<unknown>;
  /** A link instead of a button, where many stand in a list. */
  quiet?: boolean;
  children: ReactNode;
};

export function Dialog({ label, title, help, save, ready, act, quiet = false, children }: Props) {
  const { t } = useSpeech();
  const client = useQueryClient();
  const [open, setOpen] = useState(false);
  const doing = useMutation({
    mutationFn: act,
    onSuccess: async () => {
      setOpen(false);
      await client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== "packet" });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (ready) doing.mutate();
  };
  return (
    <>
      {quiet ? (
        <button type="button" className="link-button no-print" onClick={() => setOpen(true)}>
          {label}
        </button>
      ) : (
        <Button variant="default" className="no-print" onClick={() => setOpen(true)}>
          {label}
        </Button>
      )}
      <Modal.Root opened={open} onClose={() => setOpen(false)}>
        <Modal.Overlay />
        <Modal.Content>
          <Modal.Header role="presentation">
            <Modal.Title>{title}</Modal.Title>
            <Modal.CloseButton aria-label={t("app.close")} />
          </Modal.Header>
          <Modal.Body>
            <form onSubmit={submit} className="form">
              {help ? <p className="help">{help}</p> : null}
              {children}
              <Button type="submit" loading={doing.isPending} disabled={!ready}>
                {save}
              </Button>
              {doing.isError ? <Trouble error={doing.error} /> : null}
            </form>
          </Modal.Body>
        </Modal.Content>
      </Modal.Root>
    </>
  );
}
