// One parked webhook with why it was not delivered, and what can be done with it.
(function (sidebar) {
    const { make, button } = sidebar;

    /** @param act called with the action that a person asks for: `retry`, `forget` */
    sidebar.webhookRow = function (delivery, act) {
        const { t } = sidebar;
        const { id, topic, device, at, status, reason } = delivery;
        const name = device ? t('webhooks.name', { topic, device }) : topic;
        const row = make('div', { role: 'row', class: 'pts-row pts-state-parked pts-webhook', 'data-key': id }, [
            make('div', { role: 'cell', class: 'pts-topic pts-name', text: topic }),
            make('div', { class: 'pts-facts', role: 'presentation' }, [
                make('div', { role: 'cell', class: 'pts-device', text: device }),
                make('div', { role: 'cell', class: 'pts-when' }, [
                    make('time', { datetime: at, title: sidebar.wholeTime(at), text: sidebar.when(at) }),
                ]),
                make('div', { role: 'cell', class: 'pts-status' }, [
                    status ? make('span', { text: t('webhooks.status', { status }) }) : null,
                ]),
            ]),
            make('div', { role: 'cell', class: 'pts-actions' }, sidebar.mayWrite() ? buttons() : []),
            make('div', { role: 'cell', class: 'pts-reason' }, [
                make('span', { class: 'pts-remark', text: reason || t('webhooks.noReason') }),
            ]),
        ]);
        return row;

        function buttons() {
            const one = (what, sign, run) =>
                button(t(`act.${what}`, { name }), { icon: sign, iconOnly: true, 'data-act': what }, run);
            return [
                one('retry', 'fa-repeat', () => act('retry', row, name)),
                one('forget', 'fa-trash-o', () =>
                    sidebar.askToForget(row, t('webhooks.question', { name }), () => act('forget', row, name)),
                ),
            ];
        }
    };
})((window.printToStockSidebar = window.printToStockSidebar || {}));
