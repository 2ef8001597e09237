// A question in a row itself: what is meant stays in sight, and Escape leads back.
(function (sidebar) {
    const { make, button } = sidebar;

    /** Asks whether what the row shows is to be forgotten. @param forget called where the answer is yes */
    sidebar.askToForget = (row, question, forget) =>
        sidebar.askBack(row, question, { act: 'forget', yes: sidebar.t('forget.yes') }, forget);

    /**
     * Asks in a row, or a part of the tab, whether one means it.
     * @param act `data-act` of the button that was pressed: Escape leads back to it
     * @param yes text of the button that does it
     * @param go called where the answer is yes
     */
    sidebar.askBack = function (row, question, { act, yes }, go) {
        const { t } = sidebar;
        const id = `pts-ask-${Math.random().toString(36).slice(2)}`;
        const leave = () => {
            box.remove();
            row.classList.remove('pts-asking');
            const back = row.querySelector(`[data-act="${act}"]`);
            if (back) back.focus();
        };
        const keep = button(t('forget.keep'), { 'data-act': 'keep' }, leave);
        const box = make(
            'div',
            {
                role: 'alertdialog',
                'aria-labelledby': id,
                class: 'pts-ask',
                on: { keydown: (event) => event.key === 'Escape' && (event.stopPropagation(), leave()) },
            },
            [
                make('span', { id, text: question }),
                make('span', { class: 'pts-ask-buttons' }, [
                    keep,
                    button(yes, { icon: 'fa-trash-o', primary: true, 'data-act': `${act}-yes` }, () => (leave(), go())),
                ]),
            ],
        );
        for (const other of document.querySelectorAll('.pts-ask')) other.remove();
        row.classList.add('pts-asking');
        row.append(box);
        keep.focus();
    };
})((window.printToStockSidebar = window.printToStockSidebar || {}));
