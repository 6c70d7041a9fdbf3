import { Button, Group, Modal, Textarea } from '@mantine/core';
import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { useDesk } from './control-desk';

/** Asks for one text: a name, a reason, a message. Ctrl+Enter sends it. */
export function TextPrompt(): ReactNode {
  const { t } = useTranslation();
  const desk = useDesk();
  const prompt = useStore(desk.prompt);
  const [text, setText] = useState('');
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    setText(prompt?.value ?? '');
    setBusy(false);
  }, [prompt]);
  if (!prompt) return null;
  const close = (): void => desk.prompt.setState(null, true);
  const empty = !prompt.mayBeEmpty && text.trim() === '';
  const send = async (): Promise<void> => {
    if (empty || busy) return;
    setBusy(true);
    try {
      await prompt.act(text.trim());
      close();
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal opened onClose={close} centered size="md" title={prompt.title} closeButtonProps={{ 'aria-label': t('app.close') }}>
      <form
        onSubmit={(e) => {
          e.preventDefault();
          void send();
        }}
      >
        <Textarea
          label={prompt.label}
          value={text}
          onChange={(e) => setText(e.currentTarget.value)}
          onKeyDown={(e) => {
            if (e.key !== 'Enter' || e.shiftKey) return;
            e.preventDefault();
            void send();
          }}
          maxLength={prompt.max}
          autosize
          minRows={prompt.max > 150 ? 3 : 1}
          mb="md"
          data-autofocus
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {t('app.cancel')}
          </Button>
          <Button type="submit" loading={busy} disabled={empty} color={prompt.danger ? 'red.8' : undefined}>
            {prompt.yes}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
