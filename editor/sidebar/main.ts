import type { Note } from '../../lib/admin/sidebar/wire';
import { t, useTexts } from './page/texts';
import { Tab } from './tab';

const ID = 'print-to-stock-sidebar';
const TOPICS = 'print-to-stock/';

const plugin: RedPlugin = {
    onadd() {
        useTexts((key, values) => plugin._!(`${ID}.${key}`, values));
        const tab = new Tab(ID);
        RED.sidebar.addTab({
            id: ID,
            label: t('tab.label'),
            name: t('tab.name'),
            iconClass: 'pts-tab-icon',
            content: tab.element,
            enableOnEdit: true,
            onchange: () => tab.seen(),
        });
        RED.actions.add('print-to-stock:show-sidebar', () => RED.sidebar.show(ID));
        RED.comms.subscribe(`${TOPICS}#`, (topic, note) => {
            const about = topic.slice(TOPICS.length);
            if (about === 'stores') tab.changed();
            else if (about === 'webhooks') tab.webhooks.changed();
            else tab.heard(about, note as Note);
        });
        // what was told while the connection was away was not heard
        RED.comms.on('connect', () => {
            tab.changed();
            tab.webhooks.changed();
        });
        document.addEventListener('visibilitychange', () => {
            if (tab.isSeen) tab.seen();
        });
    },
};
RED.plugins.registerPlugin(ID, plugin);
