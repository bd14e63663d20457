/** A governor of OpenZeppelin, as its wizard writes it, and votes that their owner mints. */
const GOVERNANCE = '@openzeppelin/contracts/governance';

export const DAO_SOURCE = `
import '${GOVERNANCE}/Governor.sol';
import '${GOVERNANCE}/extensions/GovernorSettings.sol';
import '${GOVERNANCE}/extensions/GovernorCountingSimple.sol';
import '${GOVERNANCE}/extensions/GovernorVotes.sol';
import '${GOVERNANCE}/extensions/GovernorVotesQuorumFraction.sol';
import '${GOVERNANCE}/extensions/GovernorTimelockControl.sol';
import '@openzeppelin/contracts/token/ERC20/extensions/ERC20Votes.sol';
import '@openzeppelin/contracts/access/Ownable.sol';

contract VotesToken is ERC20Votes, Ownable {
  constructor(address owner) ERC20('Votes', 'VOTE') EIP712('Votes', '1') Ownable(owner) { _mint(owner, 1000); }
  function mint(address to, uint256 amount) external onlyOwner { _mint(to, amount); }
}

contract Dao is Governor, GovernorSettings, GovernorCountingSimple, GovernorVotes,
  GovernorVotesQuorumFraction, GovernorTimelockControl {
  constructor(IVotes votes, TimelockController timelock)
    Governor('Dao') GovernorSettings(10, 100, 0) GovernorVotes(votes)
    GovernorVotesQuorumFraction(4) GovernorTimelockControl(timelock) {}
  function proposalThreshold() public view override(Governor, GovernorSettings) returns (uint256) {
    return super.proposalThreshold();
  }
  function state(uint256 id) public view override(Governor, GovernorTimelockControl)
    returns (ProposalState) { return super.state(id); }
  function proposalNeedsQueuing(uint256 id) public view
    override(Governor, GovernorTimelockControl) returns (bool) { return super.proposalNeedsQueuing(id); }
  function _queueOperations(uint256 id, address[] memory to, uint256[] memory values,
    bytes[] memory calls, bytes32 hash) internal override(Governor, GovernorTimelockControl)
    returns (uint48) { return super._queueOperations(id, to, values, calls, hash); }
  function _executeOperations(uint256 id, address[] memory to, uint256[] memory values,
    bytes[] memory calls, bytes32 hash) internal override(Governor, GovernorTimelockControl) {
    super._executeOperations(id, to, values, calls, hash);
  }
  function _cancel(address[] memory to, uint256[] memory values, bytes[] memory calls, bytes32 hash)
    internal override(Governor, GovernorTimelockControl) returns (uint256) {
    return super._cancel(to, values, calls, hash);
  }
  function _executor() internal view override(Governor, GovernorTimelockControl) returns (address) {
    return super._executor();
  }
}`;

export const PROPOSE = 'propose(address[],uint256[],bytes[],string)';
export const QUEUE = 'queue(address[],uint256[],bytes[],bytes32)';
export const EXECUTE = 'execute(address[],uint256[],bytes[],bytes32)';
