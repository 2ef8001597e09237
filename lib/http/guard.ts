/** Who knows what the server refuses. */
export interface Guard {
    /** @throws Failure where such a request is refused, so that it is not asked. @param request e.g. `POST /api/stock/` */
    admit(request: string): void;
    /** Such a request was answered. */
    answered(request: string): void;
}
