import type { Note } from '../../lib/admin/sidebar/wire';
import { CatalogTab } from './catalog/catalog-tab';
import { t, useTexts } from './page/texts';
import { ParkedPrints } from './parked/parked-prints';
import { Tab } from './tab';

const ID = 'print-to-stock-sidebar';
const CATALOG = 'print-to-stock-catalog';
const TOPICS = 'print-to-stock/';
const CATALOGS = 'catalogs';
const READ = 'print-to-stock.read';
const PRINTING = 'printing/';

const plugin: RedPlugin = {
    onadd() {
        useTexts((key, values) => plugin._!(`${ID}.${key}`, values));
        const tab = new Tab(ID);
        const catalog = new CatalogTab(CATALOG);
        RED.sidebar.addTab({
            id: ID,
            label: t('tab.label'),
            name: t('tab.name'),
            iconClass: 'pts-tab-icon',
            content: tab.element,
            enableOnEdit: true,
            onchange: () => tab.seen(),
        });
        RED.sidebar.addTab({
            id: CATALOG,
            label: t('catalog.tab.label'),
            name: t('catalog.tab.name'),
            iconClass: 'fa fa-shopping-basket',
            content: catalog.element,
            enableOnEdit: true,
            onchange: () => catalog.seen(),
        });
        const parked = RED.user.hasPermission(READ)
            ? new ParkedPrints({
                  get isSeen() {
                      return tab.isSeen;
                  },
                  showParked: (store) => {
                      RED.sidebar.show(ID);
                      tab.showParked(store);
                  },
              })
            : null;
        parked?.changed();
        RED.actions.add('print-to-stock:show-sidebar', () => RED.sidebar.show(ID));
        RED.actions.add('print-to-stock:show-catalog', () => RED.sidebar.show(CATALOG));
        RED.actions.add(
            'print-to-stock:set-up',
            () => {
                RED.sidebar.show(ID);
                tab.setUp();
            },
            { label: t('setup.action') },
        );
        RED.comms.subscribe(`${TOPICS}#`, (topic, note) => {
            const about = topic.slice(TOPICS.length);
            if (about === 'stores') {
                tab.changed();
                parked?.changed();
            } else if (about === 'webhooks') tab.webhooks.changed();
            else if (about.startsWith(PRINTING)) tab.printing.changed(about.slice(PRINTING.length));
            else if (about === CATALOGS) catalog.changed();
            else if (about.startsWith(`${CATALOGS}/`))
                catalog.heard(about.slice(CATALOGS.length + 1), note as { tree?: number });
            else {
                tab.heard(about, note as Note);
                parked?.heard(about, note as Note);
            }
        });
        // what was told while the connection was away was not heard
        RED.comms.on('connect', () => {
            tab.changed();
            tab.webhooks.changed();
            tab.printing.lost();
            catalog.changed();
            parked?.changed();
        });
        document.addEventListener('visibilitychange', () => {
            if (tab.isSeen) tab.seen();
            if (catalog.isSeen) catalog.seen();
        });
    },
};
RED.plugins.registerPlugin(ID, plugin);
