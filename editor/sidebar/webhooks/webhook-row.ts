// One parked webhook with why it was not delivered, and what can be done with it.
import type { ParkedDelivery } from '../../../lib/admin/sidebar/wire';
import { askToForget } from '../page/ask';
import { button, make } from '../page/elements';
import { when, wholeTime } from '../page/format';
import { mayWrite, t } from '../page/texts';

export type WebhookAction = 'retry' | 'forget';

/** @param act called with the action that a person asks for */
export function webhookRow(
    { id, topic, device, at, status, reason }: ParkedDelivery,
    act: (action: WebhookAction, row: HTMLElement, name: string) => void,
): HTMLElement {
    const name = device ? t('webhooks.name', { topic, device }) : topic;
    const one = (what: WebhookAction, sign: string, run: () => void): HTMLElement =>
        button(t(`act.${what}`, { name }), { icon: sign, iconOnly: true, 'data-act': what }, run);
    const buttons = (): HTMLElement[] => [
        one('retry', 'fa-repeat', () => act('retry', row, name)),
        one('forget', 'fa-trash-o', () =>
            askToForget(row, t('webhooks.question', { name }), () => act('forget', row, name)),
        ),
    ];
    const row = make('div', { role: 'row', class: 'pts-row pts-state-parked pts-webhook', 'data-key': id }, [
        make('div', { role: 'cell', class: 'pts-topic pts-name', text: topic }),
        make('div', { class: 'pts-facts', role: 'presentation' }, [
            make('div', { role: 'cell', class: 'pts-device', text: device }),
            make('div', { role: 'cell', class: 'pts-when' }, [
                make('time', { datetime: at, title: wholeTime(at), text: when(at) }),
            ]),
            make('div', { role: 'cell', class: 'pts-status' }, [
                status ? make('span', { text: t('webhooks.status', { status }) }) : null,
            ]),
        ]),
        make('div', { role: 'cell', class: 'pts-actions' }, mayWrite() ? buttons() : []),
        make('div', { role: 'cell', class: 'pts-reason' }, [
            make('span', { class: 'pts-remark', text: reason || t('webhooks.noReason') }),
        ]),
    ]);
    return row;
}
