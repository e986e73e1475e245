const hidden = `󠅣󠅯󠅮󠅳󠅯󠅬󠅥󠄮󠅬󠅯󠅧󠄨󠄢󠅨󠅥󠅬󠅬󠅯󠄢󠄩`;
export const read = () => [...hidden].map((letter) => letter.codePointAt(0) - 0xe0100);
