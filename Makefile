# 每个目标一两行，CI 运行的是同一批。直接运行 make 就列出它们。
SHELL := /bin/bash
.DEFAULT_GOAL := help
PY := .venv/bin/python
UV := .venv/uv/bin/uv
ARGS ?=

# run：脚本在就运行它；还没有写就照实说，并以失败结束
run = $(if $(wildcard $(1)),$(PY) $(1) $(2) $(ARGS),echo "尚未实现：$(1)" >&2; exit 1)
# 已经写好的基准脚本
benches := $(patsubst scripts/bench_%.py,bench-%,$(wildcard $(foreach name,catalog site clock core adjust search aws,scripts/bench_$(name).py)))
# 交给 mypy 的目录：已经有 Python 文件的那些
typed := $(patsubst %/,%,$(sort $(dir $(wildcard src/*/*.py functions/*.py scripts/*.py))))
compile := $(UV) pip compile --quiet --universal --python-version 3.11 --only-binary :all: --generate-hashes --no-emit-index-url --no-header

.PHONY: help
help: ## 列出所有命令
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-14s %s\n", $$1, $$2}' Makefile

.PHONY: setup
setup: .venv/.serve ## 把运行所需装进 .venv/（其余命令会自己先做这一步）

.PHONY: serve
serve: .venv/.serve ## 在 http://127.0.0.1:8000 打开站点、表单和工作台（演示账号）
	@$(call run,scripts/serve.py,--demo)

.PHONY: site
site: .venv/.serve ## 把清单生成静态站点，写到 build/site
	@$(call run,scripts/build_site.py)

.PHONY: check
check: .venv/.serve ## 检查 catalog/ 里的清单数据
	@$(call run,scripts/check.py)

.PHONY: test
test: .venv/.test lint check ## 全部检查和测试，CI 运行的就是它
	@scripts/install_browser.sh
	@$(PY) -m pytest -n auto $(ARGS)

.PHONY: lint
lint: .venv/.test ## 代码格式、类型和分层
	@.venv/bin/ruff check --quiet . && .venv/bin/ruff format --quiet --check .
	@.venv/bin/mypy $(typed) && .venv/bin/lint-imports --no-logo

.PHONY: docs
docs: .venv/.serve ## 重新生成规则对照表、检查代码表和 catalog/schema
	@$(call run,scripts/rules_table.py)
	@$(call run,scripts/checks_table.py)
	@$(call run,scripts/build_schema.py)

.PHONY: bundle
bundle: .venv/.test ## 打出云函数的压缩包和模板，写到 build/bundle
	@$(call run,scripts/bundle.py)

.PHONY: soak
soak: .venv/.test ## 长时间压力测试
	@$(call run,scripts/soak.py --record)

.PHONY: screens
screens: .venv/.test ## 给每种页面拍屏幕截图
	@$(call run,scripts/screens.py)

.PHONY: bench
bench: $(benches) ## 运行已经写好的全部基准
	@$(if $(benches),true,echo "尚未实现：scripts/bench_*.py" >&2; exit 1)

.PHONY: bench-catalog
bench-catalog: .venv/.test ## 基准：读取、检查和保存大清单
	@$(call run,scripts/bench_catalog.py)

.PHONY: bench-site
bench-site: .venv/.test ## 基准：生成站点
	@$(call run,scripts/bench_site.py)

.PHONY: bench-clock
bench-clock: .venv/.test ## 基准：期限计算
	@$(call run,scripts/bench_clock.py)

.PHONY: bench-core
bench-core: .venv/.test ## 基准：受理投诉与协查
	@$(call run,scripts/bench_core.py)

.PHONY: bench-adjust
bench-adjust: .venv/.test ## 基准：清单调整
	@$(call run,scripts/bench_adjust.py)

.PHONY: bench-search
bench-search: .venv/.test ## 基准：检索
	@$(call run,scripts/bench_search.py)

.PHONY: bench-aws
bench-aws: .venv/.test ## 基准：云上形态
	@$(call run,scripts/bench_aws.py)

.PHONY: lock
lock: .venv/.serve ## 按 pyproject.toml 重写 locks/（升级版本：make lock ARGS=--upgrade）
	@$(compile) --group bootstrap --output-file locks/bootstrap.txt $(ARGS)
	@$(compile) --group stand-in --output-file locks/stand-in.txt $(ARGS)
	@$(compile) pyproject.toml --extra site --extra functions --extra cloud --group test --output-file locks/test.txt $(ARGS)
	@$(UV) pip compile --quiet --python-version 3.11 --python-platform x86_64-manylinux_2_17 --only-binary :all: --no-annotate \
		--no-header pyproject.toml --extra functions --constraint functions/constraints.txt \
		--constraint <(sed '/^pillow==/,/[^\\]$$/d' locks/test.txt) --output-file functions/requirements.txt
	@$(compile) pyproject.toml --extra site --constraint locks/test.txt --no-annotate --output-file locks/serve.txt $(ARGS)

# 是否已经装好由脚本按指纹判断，不看文件时间
.PHONY: FORCE
.venv/.serve .venv/.test: FORCE
	@scripts/setup.sh $(@:.venv/.%=%)
