// What the edit dialogs of this package have in common. Every html file asks for it; a browser loads a module once, and
// Node-RED runs a node's own script when what it asked for is there.
import { dialogs } from './index';
import { textsLoaded } from './texts';
import { removeUnfilledConfigs } from './unfilled-configs';
import { upgradeOnLoad } from './upgrade';

declare global {
    /** What the scripts of the nodes' html files find here. */
    var PrintToStock: { dialogs?: typeof dialogs } | undefined;
}

globalThis.PrintToStock = { ...globalThis.PrintToStock, dialogs };

const style = document.createElement('link');
style.rel = 'stylesheet';
style.href = new URL('dialogs.css', import.meta.url).href;
document.head.append(style);

upgradeOnLoad();
removeUnfilledConfigs();
await textsLoaded();
