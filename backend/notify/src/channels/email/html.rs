//! The HTML part: tables and inline styles, because that is what mail programs show.

use crate::message::Message;
use crate::message::facts::is_link;

const FONT: &str = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";
const MONO: &str = "font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace";

pub(super) fn page(message: &Message) -> String {
    let headline = escape(&message.headline());
    let colour = format!("#{:06x}", message.colour());
    let mut body = format!(
        "<h1 style=\"margin:0 0 4px;font-size:20px;line-height:28px;color:#1f2328\">{headline}</h1>\n\
         <p style=\"margin:0 0 16px;color:#59636e\">{} · {}</p>\n",
        escape(&message.severity().to_string()),
        escape(&message.moment(message.at)),
    );
    let lead = message.lead();
    if !lead.is_empty() {
        body += &format!("<p style=\"margin:0 0 16px\">{}</p>\n", escape(&lead));
    }
    body += &facts(message);
    body += &list(message);
    if let Some(output) = message.output() {
        let title = if output.more { "The last lines of its output" } else { "Its output" };
        body += &format!(
            "<p style=\"margin:16px 0 4px;color:#59636e\">{title}</p>\n<pre style=\"margin:0 0 16px;padding:12px;\
             background:#f6f8fa;border-radius:6px;font-size:12px;line-height:18px;white-space:pre-wrap;{MONO}\">{}</pre>\n",
            escape(&output.text)
        );
    }
    body += &buttons(message, &colour);
    let tenant = escape(&message.tenant);
    let channels = escape(&message.links.channels);
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>{headline}</title></head>\n\
         <body style=\"margin:0;padding:24px;background:#f6f8fa;{FONT};font-size:14px;line-height:21px;color:#1f2328\">\n\
         <table role=\"presentation\" width=\"100%\" style=\"max-width:640px;margin:0 auto;background:#ffffff;\
         border:1px solid #d1d9e0;border-top:4px solid {colour};border-radius:6px\"><tr><td style=\"padding:24px\">\n\
         {body}</td></tr></table>\n\
         <p style=\"max-width:640px;margin:12px auto;font-size:12px;color:#59636e\">Crontopus · {tenant} · \
         <a href=\"{channels}\" style=\"color:#59636e\">change or end these mails</a></p>\n</body></html>\n"
    )
}

fn facts(message: &Message) -> String {
    let rows: String = message
        .facts()
        .iter()
        .map(|(name, value)| {
            let value = match is_link(value) {
                true => format!("<a href=\"{0}\">{0}</a>", escape(value)),
                false => escape(value),
            };
            format!(
                "<tr><td style=\"padding:2px 16px 2px 0;color:#59636e;vertical-align:top;white-space:nowrap\">{name}</td>\
                 <td style=\"padding:2px 0\">{value}</td></tr>\n"
            )
        })
        .collect();
    if rows.is_empty() { rows } else { format!("<table role=\"presentation\">\n{rows}</table>\n") }
}

fn list(message: &Message) -> String {
    let (lines, more) = message.list();
    let mut items: String = lines
        .iter()
        .map(|(line, link)| format!("<li><a href=\"{}\">{}</a></li>\n", escape(link), escape(line)))
        .collect();
    if more > 0 {
        items += &format!("<li>and {more} more</li>\n");
    }
    if items.is_empty() {
        items
    } else {
        format!("<ul style=\"margin:0 0 16px;padding-left:20px\">\n{items}</ul>\n")
    }
}

fn buttons(message: &Message, colour: &str) -> String {
    let button = |(at, (name, link)): (usize, &(&str, String))| {
        let look = match at {
            0 => format!("background:{colour};color:#ffffff;border:1px solid {colour}"),
            _ => "background:#ffffff;color:#1f2328;border:1px solid #d1d9e0".to_owned(),
        };
        format!(
            "<a href=\"{}\" style=\"display:inline-block;margin:8px 8px 0 0;padding:6px 14px;border-radius:6px;\
             text-decoration:none;{look}\">{name}</a>\n",
            escape(link)
        )
    };
    message.actions().iter().enumerate().map(button).collect()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}
