"""What went wrong, for people: each code of an answer (RFC 9457) with title, status and a page saying what to do."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Trouble:
    """One kind of trouble. `meaning` says what happened, `advice` what to do now."""

    code: str
    status: int
    title: str
    meaning: str
    advice: str


TROUBLES = {
    trouble.code: trouble
    for trouble in (
        Trouble("malformed", 400, "请求读不懂", "请求的内容不是完整、规范的数据。", "照错误里指出的地方改好再发。"),
        Trouble("bad-cursor", 400, "页码标记不对", "翻页标记不是本站给您的，或者已经变了样。", "从第一页重新开始看。"),
        Trouble("no-command-key", 400, "缺少请求编号", "这个操作要带 Idempotency-Key，免得重复提交。",
                "每一次新的操作用一个新的随机编号，重发时用原来的编号。"),
        Trouble("not-logged-in", 401, "请先登录", "没有登录，或者登录已经过期。", "登录以后再试。没有账号的，请联系本单位的系统管理员。"),
        Trouble("wrong-login", 401, "账号或者密码不对", "账号和密码对不上，或者账号已经停用。", "核对后再试；忘了密码请系统管理员重设。"),
        Trouble("bad-signature", 401, "签名不对", "这个地址只听代码平台带签名的通知，签名和内容对不上。",
                "在代码平台的 webhook 设置里，把密钥写成和本站设置的一样。"),
        Trouble("forbidden", 403, "您的角色不能做这件事", "这件事要由别的角色来办。", "看看页面上写的由谁办理。"),
        Trouble("cross-site", 403, "请求不是从本站发出的", "为了防止别的网站冒用您的身份，只接受从本站页面提交的内容。",
                "请回到本站的页面，刷新以后重新提交。"),
        Trouble("not-found", 404, "没有找到", "没有这个地址，或者您不能看它。", "检查地址；从首页或者工作台重新进入。"),
        Trouble("method-not-allowed", 405, "这个地址不能这样用", "这个地址不支持这种请求方法。", "按接口说明使用。"),
        Trouble("already-exists", 409, "已经有了", "同名的已经存在，没有再建一个。", "换一个名称，或者直接使用已有的。"),
        Trouble("not-now", 409, "现在不能这样办", "现在的状态下不能做这一步，或者要由另一个人、另一个单位来做。",
                "刷新页面，看看现在到了哪一步、该谁办。"),
        Trouble("deadline-passed", 409, "期限已过", "期限已经过了，这一步不能再办。", "按超期办理，尽快办结并告知。"),
        Trouble("no-operator", 409, "这里还没有人受理", "这个地区没有主办单位，本站不收这里的投诉和意见，没有保存您填的内容。",
                "请打 12345，或者向办事的单位反映。"),
        Trouble("stale", 412, "刚刚被别人改过", "您看到的不是最新情况。", "刷新页面，看过最新情况再办；您填的内容还在，可以复制。"),
        Trouble("too-large", 413, "内容太大", "提交的内容超过了大小限制。", "请缩短文字，或者分次提交。"),
        Trouble("wrong-media-type", 415, "内容的格式不对", "请求写明的格式不是这个地址要的。", "按接口说明写明 Content-Type。"),
        Trouble("invalid", 422, "有些内容要改", "填写的内容有缺漏或者不合要求，都列出来了。", "照列出的逐项改好，再提交一次；已经填好的不用重填。"),
        Trouble("key-reused", 422, "请求编号用过了", "同一个编号已经提交过别的内容。", "新的内容请换一个新的编号。"),
        Trouble("no-version", 428, "缺少版本", "修改以前要写明您看到的是哪一版（If-Match）。", "先读一次，用读到的 ETag 再提交。"),
        Trouble("too-many", 429, "太频繁了", "短时间里请求太多。", "请稍等，按提示的时间以后再试。"),
        Trouble("internal", 500, "本站出了错", "不是您的问题，已经记录下来。没有办成的事不会只办一半。", "请过一会儿再试；着急请打 12345。"),
        Trouble("unavailable", 503, "暂时用不了", "存放数据的地方暂时用不了，什么都没有保存。", "请过几分钟再试；着急请打 12345。查清单不受影响。"),
    )
}  # fmt: skip
"""Every code that an answer may carry."""
