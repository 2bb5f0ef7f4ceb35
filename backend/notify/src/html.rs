//! What every mail's HTML has: tables and inline styles, because that is what mail programs show.

const FONT: &str = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";

/// A whole page; `title`, `body` and `foot` are HTML.
pub(crate) fn frame(title: &str, colour: &str, body: &str, foot: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>{title}</title></head>\n\
         <body style=\"margin:0;padding:24px;background:#f6f8fa;{FONT};font-size:14px;line-height:21px;color:#1f2328\">\n\
         <table role=\"presentation\" width=\"100%\" style=\"max-width:640px;margin:0 auto;background:#ffffff;\
         border:1px solid #d1d9e0;border-top:4px solid {colour};border-radius:6px\"><tr><td style=\"padding:24px\">\n\
         {body}</td></tr></table>\n\
         <p style=\"max-width:640px;margin:12px auto;font-size:12px;color:#59636e\">{foot}</p>\n</body></html>\n"
    )
}

/// The first line; `text` is HTML.
pub(crate) fn headline(text: &str) -> String {
    format!("<h1 style=\"margin:0 0 4px;font-size:20px;line-height:28px;color:#1f2328\">{text}</h1>\n")
}

/// What there is to do.
pub(crate) fn button(name: &str, link: &str, colour: &str) -> String {
    look(name, link, &format!("background:{colour};color:#ffffff;border:1px solid {colour}"))
}

/// What there is to do besides.
pub(crate) fn quiet_button(name: &str, link: &str) -> String {
    look(name, link, "background:#ffffff;color:#1f2328;border:1px solid #d1d9e0")
}

fn look(name: &str, link: &str, style: &str) -> String {
    format!(
        "<a href=\"{}\" style=\"display:inline-block;margin:8px 8px 0 0;padding:6px 14px;border-radius:6px;\
         text-decoration:none;{style}\">{name}</a>\n",
        escape(link)
    )
}

/// Text as HTML shows it.
pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}
