// What all parts of the sidebar use: elements, texts, times. Texts are put in as text, never as HTML.
(function (sidebar) {
    /**
     * Makes an element. `props`: attributes; `class`, `text` and `on` (listeners by event) as they say; what is null, undefined
     * or false is left out.
     */
    sidebar.make = function (tag, props, children) {
        const element = document.createElement(tag);
        for (const [name, value] of Object.entries(props || {})) {
            if (value === null || value === undefined || value === false) continue;
            if (name === 'text') element.textContent = value;
            else if (name === 'class') element.className = value;
            else if (name === 'on') for (const event in value) element.addEventListener(event, value[event]);
            else element.setAttribute(name, value === true ? '' : value);
        }
        element.append(...(children || []).filter((child) => child !== null && child !== undefined));
        return element;
    };

    sidebar.icon = function (name) {
        return sidebar.make('i', { class: 'fa ' + name, 'aria-hidden': 'true' });
    };

    /** A button with a text, or with an icon alone and the text as its name. */
    sidebar.button = function (text, options, act) {
        const { icon, iconOnly, primary, ...props } = options;
        const button = sidebar.make(
            'button',
            {
                type: 'button',
                class: 'red-ui-button red-ui-button-small' + (primary ? ' primary' : ''),
                'aria-label': iconOnly ? text : undefined,
                ...props,
                on: { click: act },
            },
            [icon ? sidebar.icon(icon) : null, iconOnly ? null : sidebar.make('span', { text })],
        );
        if (iconOnly) RED.popover.tooltip($(button), text);
        return button;
    };

    sidebar.link = function (text, url, name) {
        return sidebar.make('a', {
            href: url,
            target: '_blank',
            rel: 'noopener noreferrer',
            class: 'pts-link',
            text,
            'aria-label': name,
        });
    };

    /** Shows `children` in a box that was there before. */
    sidebar.fill = function (box, children) {
        box.replaceChildren(...children.filter((child) => child !== null && child !== undefined));
        box.hidden = box.childNodes.length === 0;
    };

    sidebar.number = function (value) {
        return Number(value).toLocaleString(sidebar.language());
    };

    sidebar.language = function () {
        const chosen = localStorage.getItem('editor-language') || RED.i18n.detectLanguage();
        // a code that the browser does not know would throw
        return Intl.DateTimeFormat.supportedLocalesOf([chosen], {}).length > 0 ? chosen : 'en-US';
    };

    /** `14:02` today, `Nov 21, 14:02` this year, else with the year. */
    sidebar.when = function (iso) {
        const time = new Date(iso);
        if (Number.isNaN(time.getTime())) return iso || '';
        const now = new Date();
        const format = { hour: '2-digit', minute: '2-digit' };
        if (time.toDateString() !== now.toDateString()) Object.assign(format, { day: 'numeric', month: 'short' });
        if (time.getFullYear() !== now.getFullYear()) format.year = 'numeric';
        return new Intl.DateTimeFormat(sidebar.language(), format).format(time);
    };

    sidebar.wholeTime = function (iso) {
        const time = new Date(iso);
        if (Number.isNaN(time.getTime())) return iso || '';
        return new Intl.DateTimeFormat(sidebar.language(), { dateStyle: 'full', timeStyle: 'medium' }).format(time);
    };

    /** `3 min`, `2 h 05 min` */
    sidebar.duration = function (seconds) {
        if (seconds < 60) return sidebar.t('time.seconds', { n: Math.round(seconds) });
        const minutes = Math.round(seconds / 60);
        if (minutes < 60) return sidebar.t('time.minutes', { n: minutes });
        return sidebar.t('time.hours', { h: Math.floor(minutes / 60), m: String(minutes % 60).padStart(2, '0') });
    };

    /** A source's name, or that of its kind of node. */
    sidebar.sourceName = function ({ name, kind }) {
        return name || sidebar.t(kind === 'octoprint' ? 'source.octoprint' : 'source.unnamed');
    };

    sidebar.mayWrite = function () {
        return RED.user.hasPermission('print-to-stock.write');
    };

    /** Told to screen readers, seen by nobody. */
    sidebar.say = function (text) {
        if (sidebar.voice.textContent === text) sidebar.voice.textContent = '';
        sidebar.voice.textContent = text;
    };
})((window.printToStockSidebar = window.printToStockSidebar || {}));
