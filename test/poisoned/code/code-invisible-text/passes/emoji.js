export const marks = "❤️ ☀️ ✔️ 👨‍👩‍👧‍👦 🏴󠁧󠁢󠁥󠁮󠁧󠁿";
